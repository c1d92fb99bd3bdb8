/** Lets operators through. */
import { createMiddleware } from 'hono/factory'
import { timingSafeEqual } from 'hono/utils/buffer'
import { bearerTokenOf } from '../bearer-token.ts'
import type { ApiContext } from '../ports.ts'
import { ProblemError } from '../problem-error.ts'

export const requireOperator = createMiddleware<ApiContext>(async (c, next) => {
  const expected = c.env.OPERATOR_TOKEN
  if (!expected) {
    throw new ProblemError('not-configured', {
      cause: 'OPERATOR_TOKEN is not set: `wrangler secret put OPERATOR_TOKEN`, or .dev.vars',
    })
  }
  const given = bearerTokenOf(c) ?? ''
  if (!(await timingSafeEqual(expected, given))) throw new ProblemError('operator-required')
  await next()
})
