/** What every refusal must look like. */
import { expect } from 'vitest'
import { type Problem, problemSchema } from '../../worker/api/contract.ts'
import type { Answer } from '../../scripts/client/http.ts'

/** Holds an answer to be a 4xx in the form of RFC 9457, and returns it. */
export function expectRefusal(answer: Answer, what: string): Problem {
  const said = `${what}: ${answer.status} ${JSON.stringify(answer.body)}`
  expect(answer.status, said).toBeGreaterThanOrEqual(400)
  expect(answer.status, said).toBeLessThan(500)
  expect(answer.headers.get('content-type'), said).toContain('application/problem+json')
  const problem = problemSchema.parse(answer.body)
  expect(problem.status, said).toBe(answer.status)
  expect(problem.type, said).toContain(problem.code)
  return problem
}
