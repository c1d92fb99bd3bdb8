/** Time and chance, handed in so that tests can hold them still. */
export type Runtime = {
  nowMs: () => number
  /** Never the same twice. */
  newNonce: () => string
  /** From 0 to below 1. */
  random: () => number
  /** Calls back once, unless what it returns is called before. */
  after: (durationMs: number, callback: () => void) => () => void
}

export const edgeRuntime: Runtime = {
  nowMs: () => Date.now(),
  newNonce: () => crypto.randomUUID(),
  random: () => Math.random(),
  after: (durationMs, callback) => {
    const timer = setTimeout(callback, durationMs)
    return () => clearTimeout(timer)
  },
}

export function pause(durationMs: number, { after }: Pick<Runtime, 'after'>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  after(durationMs, resolve)
  return promise
}
