/** Dead letters, from the consumer to the operators who read them and send them again. */
import { commandSchema } from '../../../durable-objects/core/messages.ts'
import type { SagaLogMessage } from '../../../durable-objects/saga-log/message.ts'
import { type DeadLetter, deadLetterListSchema } from '../../../worker/api/ops/contract.ts'
import type { ApiBindings } from '../../../worker/api/ports.ts'
import { consumeDeadLetters } from '../../../worker/dead-letters.ts'
import { down, orderIdOfNumber } from './doubles.ts'
import { asOperator } from './requests.ts'

export const orderId = orderIdOfNumber(9)
export const operator = { by: 'Ann', reason: 'the points are back' }
export const command = commandSchema.parse({
  v: 1,
  orderId,
  sagaId: orderId,
  definition: { name: 'order-create', version: 1 },
  step: 'freeze-points',
  direction: 'action',
  mode: 'execute',
  attempt: 2,
  budgetMs: 1_000,
  holdMs: 3_000,
  traceparent: '',
  input: { customer: 'cus', points: 120 },
})
export const report: SagaLogMessage = {
  v: 1,
  orderId,
  customer: 'cus',
  orderStatus: 'pending',
  settled: false,
  summary: { total: { amount: 1, currency: 'USD' }, units: 1 },
  epoch: 1,
  version: 1,
  updatedAtMs: 1,
  sagas: [],
  transitions: [{ seq: 1, sagaId: command.sagaId, atMs: 1, events: [{ type: 'told', by: 1 }] }],
}

export const replay = (env: ApiBindings, id: string, json: unknown = operator): Promise<Response> =>
  asOperator(env)(`POST /api/ops/dead-letters/${id}/replay`, { json })

export const dismiss = (
  env: ApiBindings,
  id: string,
  json: unknown = operator,
): Promise<Response> => asOperator(env)(`POST /api/ops/dead-letters/${id}/dismiss`, { json })

export async function list(
  env: ApiBindings,
  query = '',
): Promise<{ letters: DeadLetter[]; next: string | null }> {
  const response = await asOperator(env)(`GET /api/ops/dead-letters?${query}`)
  return deadLetterListSchema.parse(await response.json())
}

/** The consumer gets one message; what it did with it. */
export async function die(env: ApiBindings, id: string, body: unknown, atMs = 0) {
  const { acked, retried } = await dieAt(4, env, id, body, atMs)
  return { acked, retried }
}

/** `attempts`: how often it has come; `delaysS`: when it is to come again. */
export async function dieAt(
  attempts: number,
  env: ApiBindings,
  id: string,
  body: unknown,
  atMs = 0,
) {
  const done = {
    acked: new Array<string>(),
    retried: new Array<string>(),
    delaysS: new Array<number>(),
  }
  const message: Message = {
    id,
    timestamp: new Date(atMs),
    body,
    attempts,
    ack: () => void done.acked.push(id),
    retry: ({ delaySeconds = 0 } = {}) => {
      done.retried.push(id)
      done.delaysS.push(delaySeconds)
    },
  }
  const metadata = { metrics: { backlogCount: 0, backlogBytes: 0 } }
  const batch = { queue: 'edge-saga-dead-letters', messages: [message], metadata }
  await consumeDeadLetters({ ...batch, ackAll: down, retryAll: down }, env)
  return done
}
