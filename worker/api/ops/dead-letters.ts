/** Messages that ran out of deliveries: what there is, sending one again, and saying that nothing is to be done. */
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import {
  type Letter,
  findLetter,
  listLetters,
  markLetter,
} from '../../saga-log/dead-letter-store.ts'
import { LETTER_KINDS } from '../../saga-log/schema.ts'
import { type ApiContext, ask } from '../ports.ts'
import { ProblemError } from '../problem-error.ts'
import {
  BODY_PROBLEMS,
  OPERATOR_PROBLEMS,
  jsonAnswer,
  jsonBody,
  problems,
} from '../route-problems.ts'
import {
  type DeadLetter,
  deadLetterListSchema,
  deadLetterSchema,
  repairSchema,
} from './contract.ts'
import { operatorRoute } from './operator-route.ts'
import { notReplayable, sendAgain } from './replay.ts'

const PAGE_LETTERS = 20
/** A letter may have some 128 KB. */
const PAGE_LETTERS_MAX = 50

const messageId = z.string().min(1).max(100)

const listDeadLetters = createRoute({
  ...operatorRoute,
  method: 'get',
  path: '/api/ops/dead-letters',
  operationId: 'listDeadLetters',
  summary: 'Messages that ran out of deliveries, the newest first',
  description:
    'A saga was told of each command among them, and asks again by itself as long as it may.',
  request: {
    query: z.object({
      kind: z.enum(LETTER_KINDS).optional(),
      handled: z
        .enum(['true', 'false'])
        .transform((it) => it === 'true')
        .optional()
        .describe('Whether it was sent again, or dismissed'),
      limit: z.coerce.number().int().min(1).max(PAGE_LETTERS_MAX).default(PAGE_LETTERS),
      after: messageId.optional().describe('`next` of the page before'),
    }),
  },
  responses: {
    200: jsonAnswer('A page of dead letters', deadLetterListSchema),
    ...problems(...OPERATOR_PROBLEMS, 'invalid-input', 'service-unavailable'),
  },
})

const replayDeadLetter = createRoute({
  ...operatorRoute,
  method: 'post',
  path: '/api/ops/dead-letters/{messageId}/replay',
  operationId: 'replayDeadLetter',
  summary: 'Send a dead letter to its queue again',
  description:
    'Once its cause is gone. It may be repeated: what was done already is not done twice. The ' +
    'mark tells of the last time. A pivot that was to be carried out is refused, and a step that was given up.',
  request: { params: z.object({ messageId }), body: jsonBody(repairSchema) },
  responses: {
    200: jsonAnswer('It was sent', deadLetterSchema),
    ...problems(
      ...OPERATOR_PROBLEMS,
      ...BODY_PROBLEMS,
      'dead-letter-not-found',
      'not-replayable',
      'service-unavailable',
    ),
  },
})

const dismissDeadLetter = createRoute({
  ...operatorRoute,
  method: 'post',
  path: '/api/ops/dead-letters/{messageId}/dismiss',
  operationId: 'dismissDeadLetter',
  summary: 'Say that nothing is to be done about a dead letter',
  description:
    'It is kept, and listed as handled. It may still be sent again, and be dismissed again: the ' +
    'mark tells of the last time. Its saga is not told.',
  request: { params: z.object({ messageId }), body: jsonBody(repairSchema) },
  responses: {
    200: jsonAnswer('It is dismissed', deadLetterSchema),
    ...problems(
      ...OPERATOR_PROBLEMS,
      ...BODY_PROBLEMS,
      'dead-letter-not-found',
      'service-unavailable',
    ),
  },
})

export const deadLetters = new OpenAPIHono<ApiContext>()
  .openapi(listDeadLetters, async (c) => {
    const query = c.req.valid('query')
    const { letters, next } = await ask('saga-log', () => listLetters(c.env.SAGA_LOG_DB, query))
    return c.json({ letters: letters.map(viewOf), next }, 200)
  })
  .openapi(replayDeadLetter, async (c) => {
    const { messageId: id } = c.req.valid('param')
    const database = c.env.SAGA_LOG_DB
    const letter = await letterOf(database, id)
    const { body, isWhole } = bodyOf(letter)
    if (!isWhole) throw notReplayable('It was too long, or nested too deeply, to be kept whole.')
    await sendAgain(c.env, body)
    // Marked after it was sent: if this fails, the repeat sends it twice, which does no harm (Y1).
    const { by, reason } = c.req.valid('json')
    const mark = { replayedAtMs: Date.now(), replayedBy: by, replayReason: reason }
    await ask('saga-log', () => markLetter(database, id, mark))
    return c.json(viewOf({ ...letter, ...mark }), 200)
  })
  .openapi(dismissDeadLetter, async (c) => {
    const { messageId: id } = c.req.valid('param')
    const database = c.env.SAGA_LOG_DB
    const letter = await letterOf(database, id)
    const { by, reason } = c.req.valid('json')
    const mark = { dismissedAtMs: Date.now(), dismissedBy: by, dismissReason: reason }
    await ask('saga-log', () => markLetter(database, id, mark))
    return c.json(viewOf({ ...letter, ...mark }), 200)
  })

async function letterOf(database: D1Database, id: string): Promise<Letter> {
  const letter = await ask('saga-log', () => findLetter(database, id))
  if (!letter) throw new ProblemError('dead-letter-not-found')
  return letter
}

function viewOf(letter: Letter): DeadLetter {
  const { messageId: id, atMs, kind, orderId, sagaId, step } = letter
  const { replayedAtMs, replayedBy, replayReason } = letter
  const { dismissedAtMs, dismissedBy, dismissReason } = letter
  return {
    messageId: id,
    at: isoTime(atMs),
    kind,
    orderId,
    sagaId,
    step,
    ...bodyOf(letter),
    replayed: markOf(replayedAtMs, replayedBy, replayReason),
    dismissed: markOf(dismissedAtMs, dismissedBy, dismissReason),
  }
}

const markOf = (atMs: number | null, by: string | null, reason: string | null) =>
  atMs === null ? null : { at: isoTime(atMs), by: by ?? '', reason: reason ?? '' }

const isoTime = (atMs: number): string => new Date(atMs).toISOString()

/** A body that was cut ends in the middle, so it is no JSON any more. */
function bodyOf({ body }: Letter): Pick<DeadLetter, 'body' | 'isWhole'> {
  try {
    return { body: JSON.parse(body), isWhole: true }
  } catch {
    return { body, isWhole: false }
  }
}
