/** Time and chance, handed in so that tests can hold them still. */
export type Runtime = {
  nowMs: () => number
  /** Never the same twice. */
  newNonce: () => string
  /** From 0 to below 1. */
  random: () => number
  waitMs: (durationMs: number) => Promise<void>
}

export const edgeRuntime: Runtime = {
  nowMs: () => Date.now(),
  newNonce: () => crypto.randomUUID(),
  random: () => Math.random(),
  waitMs: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
}
