/** Time as libraries see it that ask the platform for it. */

/** Runs `work` with a platform whose clock is `nowMs`. */
export async function onClock<Result>(
  nowMs: () => number,
  work: () => Promise<Result>,
): Promise<Result> {
  const real = Date.now
  Date.now = nowMs
  try {
    return await work()
  } finally {
    Date.now = real
  }
}
