/** Requests to the shop, for the demo and the tests. Nothing is thrown for a status. */
const TIMEOUT_MS = 30_000

export type RequestOptions = {
  method?: string
  token?: string
  headers?: Record<string, string>
  /** Sent as JSON. */
  json?: unknown
  /** Sent as it is. */
  body?: string
}

export type Answer = { status: number; headers: Headers; body: unknown }

export async function request(url: string, options: RequestOptions = {}): Promise<Answer> {
  const { method = 'GET', token, headers = {}, json, body } = options
  const payload = json === undefined ? body : JSON.stringify(json)
  const response = await fetch(url, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(payload === undefined ? {} : { body: payload }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: parse(text) }
}

/** Throws with what to do where nobody answers at `url`. */
export async function assertShopAnswers(url: string): Promise<void> {
  try {
    await request(url)
  } catch (error) {
    throw new Error(`No shop answers at ${url}. Start one, or leave --url out.`, { cause: error })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON: the text tells more than an error would.
    return text
  }
}

/** The shop answered something that was not foreseen here. */
export class UnexpectedAnswer extends Error {
  readonly status: number

  constructor(what: string, answer: Answer) {
    super(`${what}: ${answer.status} ${JSON.stringify(answer.body)?.slice(0, 600)}`)
    this.status = answer.status
  }
}
