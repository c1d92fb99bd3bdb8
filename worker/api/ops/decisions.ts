/** What an operator decides on may have been changed by another one meanwhile. */
import { z } from '@hono/zod-openapi'
import type { Operator } from '../../../durable-objects/core/events.ts'
import { ProblemError } from '../problem-error.ts'

export const ifMatchHeaders = z.object({
  'If-Match': z.string().optional().openapi({
    description: 'The `etag` of what you have seen. Without it, whatever is there is overwritten',
  }),
})

export const etagSchema = z
  .string()
  .describe(
    'Another one after each decision. As If-Match of a change: nothing unseen is overwritten',
  )

/** For the object: what was sent, if anything was. */
export const asIfMatch = (ifMatch: string | undefined) => (ifMatch === undefined ? {} : { ifMatch })

/** The one that somebody else has made. */
export type Decision = Operator & { atMs: number }

/** `Changed by Ann: version 2 is ready`, with the time. */
export const wordsOfDecision = ({ by, reason, atMs }: Decision, what = 'Changed'): string =>
  `${what} at ${new Date(atMs).toISOString()} by ${by}: ${reason}`

export const changedSince = (last: Decision | null | undefined) =>
  new ProblemError('changed-since', { detail: last ? wordsOfDecision(last) : undefined })
