/** The platform's time, and waiting no longer than one means to. For the domains as well: it knows nobody. */

/** Calls back once, unless what it returns is called before. */
export type After = (durationMs: number, callback: () => void) => () => void

export type Clock = {
  nowMs: () => number
  after: After
}

export const clock: Clock = {
  nowMs: () => Date.now(),
  after: (durationMs, callback) => {
    const timer = setTimeout(callback, durationMs)
    return () => clearTimeout(timer)
  },
}

/** What the call answers, or undefined when that takes longer than `waitMs`. Rejects as the call does. */
export async function within<Answer>(
  waitMs: number,
  call: (signal: AbortSignal) => Promise<Answer>,
  after: After = clock.after,
): Promise<Answer | undefined> {
  const controller = new AbortController()
  const late = Promise.withResolvers<undefined>()
  const cancel = after(waitMs, () => {
    controller.abort()
    late.resolve(undefined)
  })
  try {
    return await Promise.race([call(controller.signal), late.promise])
  } finally {
    // A timer per call would otherwise live for the whole of `waitMs`.
    cancel()
  }
}

/** The same for who cannot do without: it rejects when there is no answer in time. */
export async function answerWithin<Answer>(
  waitMs: number,
  call: () => Promise<Answer>,
  after?: After,
): Promise<Answer> {
  // An answer may be undefined, too.
  const answered = await within(waitMs, async () => ({ answer: await call() }), after)
  if (answered === undefined) throw new Error(`no answer in ${waitMs} ms`)
  return answered.answer
}
