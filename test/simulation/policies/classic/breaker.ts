/**
 * A breaker as the published design has it: it opens after 15 failures in a row, if there were 20 requests within
 * 60 s. ASSUMED: it then stays open for 5 s, as Hystrix does by default
 * (`sleepWindowInMilliseconds`, https://github.com/Netflix/Hystrix/wiki/Configuration), and lets one
 * request try. There is one for each domain in each isolate, as the libraries have it.
 */
const FAILURES_IN_A_ROW = 15
const REQUESTS_MIN = 20
const WINDOW_MS = 60_000
const OPEN_MS = 5_000
/** Of the window, so many parts are counted apart. */
const PARTS = 6

export class ClassicBreaker {
  readonly #nowMs: () => number
  #failedInARow = 0
  #openUntilMs: number | null = null
  #isTrying = false
  #parts: { fromMs: number; requests: number }[] = []

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** 0: a request may go. */
  get openForMs(): number {
    if (this.#openUntilMs === null) return 0
    const openForMs = Math.max(0, this.#openUntilMs - this.#nowMs())
    return openForMs === 0 && this.#isTrying ? OPEN_MS : openForMs
  }

  mayAsk(): boolean {
    if (this.openForMs > 0) return false
    if (this.#openUntilMs !== null) this.#isTrying = true
    return true
  }

  met(isWell: boolean): void {
    const nowMs = this.#nowMs()
    this.#count(nowMs)
    if (this.#openUntilMs === null) {
      this.#failedInARow = isWell ? 0 : this.#failedInARow + 1
      if (this.#isTooMuch) this.#openUntilMs = nowMs + OPEN_MS
      return
    }
    // Until its time is over, what is met was sent before it opened.
    if (nowMs < this.#openUntilMs) return
    this.#isTrying = false
    this.#failedInARow = 0
    this.#openUntilMs = isWell ? null : nowMs + OPEN_MS
  }

  get #isTooMuch(): boolean {
    const requests = this.#parts.reduce((sum, part) => sum + part.requests, 0)
    return this.#failedInARow >= FAILURES_IN_A_ROW && requests >= REQUESTS_MIN
  }

  #count(nowMs: number): void {
    const last = this.#parts.at(-1)
    if (last && nowMs - last.fromMs < WINDOW_MS / PARTS) last.requests += 1
    else {
      this.#parts = this.#parts.filter(({ fromMs }) => nowMs - fromMs < WINDOW_MS)
      this.#parts.push({ fromMs: nowMs, requests: 1 })
    }
  }
}
