/** The one error type of the API: thrown where a request ends early, answered in on-error.ts. */
import { HTTPException } from 'hono/http-exception'
import type { OrderView, Problem } from './contract.ts'
import { PROBLEMS, type ProblemCode, problemTypeOf } from './problems.ts'

type Particulars = {
  detail?: string | undefined
  errors?: Problem['errors']
  current?: OrderView
  /** Which one does not work. */
  service?: string
  /** For the header of the same name. */
  retryAfterS?: number
  headers?: Record<string, string>
  /** For the log only. */
  cause?: unknown
}

export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly code: ProblemCode
  readonly particulars: Particulars

  constructor(code: ProblemCode, particulars: Particulars = {}) {
    super(PROBLEMS[code].title, { cause: particulars.cause })
    this.code = code
    this.particulars = particulars
  }

  get status() {
    return PROBLEMS[this.code].status
  }

  get body(): Problem {
    const { title, status } = PROBLEMS[this.code]
    const { detail, errors, current, service } = this.particulars
    return {
      type: problemTypeOf(this.code),
      title,
      status,
      code: this.code,
      ...(detail === undefined ? {} : { detail }),
      ...(errors === undefined ? {} : { errors }),
      ...(current === undefined ? {} : { current }),
      ...(service === undefined ? {} : { service }),
    }
  }
}

/** An object runs older code than it takes: while a version is deployed, or was taken back. */
export const newVersionComes = (cause: string) =>
  new ProblemError('service-unavailable', { detail: 'A new version is being brought in.', cause })

/** What the frameworks below throw, in our words; anything else is a defect. */
export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  if (error instanceof HTTPException && error.status === 400) {
    return new ProblemError('malformed-json')
  }
  if (error instanceof HTTPException && error.status === 415) {
    return new ProblemError('unsupported-media-type')
  }
  return new ProblemError('internal', { cause: error })
}
