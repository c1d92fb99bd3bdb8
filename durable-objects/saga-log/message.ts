/** What an order's object tells the saga log: transitions, and where its sagas stand after them. */
import * as z from 'zod'
import { transitionSchema } from '../core/events.ts'
import { definitionRefSchema, orderIdSchema, sagaIdSchema } from '../core/messages.ts'

export const SAGA_LOG_MESSAGE_VERSION = 1

const sagaInstanceSchema = z.object({
  sagaId: sagaIdSchema,
  definition: definitionRefSchema,
  status: z.string(),
  startedAtMs: z.int(),
  deadlineAtMs: z.int(),
  failureCode: z.string().nullable(),
  traceId: z.string(),
})

export const sagaLogMessageSchema = z.object({
  v: z.literal(SAGA_LOG_MESSAGE_VERSION),
  orderId: orderIdSchema,
  customer: z.string(),
  orderStatus: z.string(),
  settled: z.boolean(),
  /** What a list of orders shows of it. */
  summary: z.object({
    total: z.object({ amount: z.int(), currency: z.string() }),
    units: z.int(),
  }),
  epoch: z.int(),
  /** The order's version when this was sent; the newest one wins over others. */
  version: z.int(),
  updatedAtMs: z.int(),
  sagas: z.array(sagaInstanceSchema),
  transitions: z.array(transitionSchema),
})
export type SagaLogMessage = z.infer<typeof sagaLogMessageSchema>
