/** Why a request to somebody else's server had no answer, in the words of the log and of operators. */
const REASON_CHARS_MAX = 200

export function whyUnanswered(error: unknown, timeoutMs: number): string {
  return reasonOf(error, timeoutMs).slice(0, REASON_CHARS_MAX)
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `no answer in ${timeoutMs / 1_000} s`
  return error.message
}
