/** Time and chance, handed in so that tests can hold them still. */
import { type Clock, clock } from '../../durable-objects/clock.ts'

export type Runtime = Clock & {
  /** Never the same twice. */
  newNonce: () => string
  /** From 0 to below 1. */
  random: () => number
}

export const edgeRuntime: Runtime = {
  ...clock,
  newNonce: () => crypto.randomUUID(),
  random: () => Math.random(),
}

export function pause(durationMs: number, { after }: Pick<Runtime, 'after'>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  after(durationMs, resolve)
  return promise
}
