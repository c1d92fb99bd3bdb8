/** How a route declares the problems that it can answer with. */
import { problemSchema } from './contract.ts'
import { PROBLEMS, type ProblemCode, type StatusOf } from './problems.ts'

type ProblemResponse = {
  description: string
  content: { 'application/problem+json': { schema: typeof problemSchema } }
}
type ProblemResponses<Code extends ProblemCode> = Record<StatusOf<Code>, ProblemResponse>

/** Any route that has a body. */
export const BODY_PROBLEMS = [
  'malformed-json',
  'body-too-large',
  'unsupported-media-type',
  'invalid-input',
] as const satisfies ProblemCode[]

/** Any route of a customer, if it changes something. */
export const CUSTOMER_PROBLEMS = [
  'session-required',
  'foreign-origin',
  'rate-limited',
  'not-configured',
  'service-unavailable',
] as const satisfies ProblemCode[]

/** Any route of a customer that only reads. */
export const READER_PROBLEMS = [
  'session-required',
  'not-configured',
  'service-unavailable',
] as const satisfies ProblemCode[]

export const OPERATOR_PROBLEMS = [
  'operator-required',
  'not-configured',
] as const satisfies ProblemCode[]

/** One response for each status, naming its codes; `internal` goes without saying. */
export function problems<Code extends ProblemCode>(
  ...codes: Code[]
): ProblemResponses<Code | 'internal'>
export function problems(...codes: ProblemCode[]): Record<number, ProblemResponse> {
  const responses: Record<number, ProblemResponse> = {}
  const all: ProblemCode[] = [...codes, 'internal']
  const byStatus = Map.groupBy(all, (code) => PROBLEMS[code].status)
  for (const [status, theirs] of byStatus) {
    responses[status] = {
      description: theirs.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('; '),
      content: { 'application/problem+json': { schema: problemSchema } },
    }
  }
  return responses
}

export function jsonBody<Schema>(schema: Schema) {
  return { content: { 'application/json': { schema } }, required: true as const }
}

export function jsonAnswer<Schema>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } }
}
