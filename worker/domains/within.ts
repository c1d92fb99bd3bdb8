/** A limit on how long a call is waited for. */
import type { Runtime } from './runtime.ts'

/** The call's answer, or undefined when it takes longer than `callMs`. */
export async function within<Answer>(
  { callMs, runtime }: { callMs: number; runtime: Pick<Runtime, 'after'> },
  call: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer | undefined> {
  const controller = new AbortController()
  const late = Promise.withResolvers<undefined>()
  const cancel = runtime.after(callMs, () => {
    controller.abort()
    late.resolve(undefined)
  })
  try {
    return await Promise.race([call(controller.signal), late.promise])
  } finally {
    // A timer per call would otherwise live for the whole of `callMs`.
    cancel()
  }
}
