/** What an order's object tells, for webhooks. */
import { type OrderId, sagaIdOf } from '../../../durable-objects/core/ids.ts'
import type { SagaLogMessage } from '../../../durable-objects/saga-log/message.ts'

type Saga = SagaLogMessage['sagas'][number]

export const createSaga = (orderId: OrderId): Saga => ({
  sagaId: sagaIdOf(orderId),
  definition: { name: 'order-create', version: 1 },
  status: 'completed',
  startedAtMs: 1_000,
  deadlineAtMs: 4_000,
  failureCode: null,
  traceId: 'trace',
})

export const returnSaga = (orderId: OrderId): Saga => ({
  ...createSaga(orderId),
  sagaId: sagaIdOf(orderId, 'return'),
  definition: { name: 'order-return', version: 1 },
})

export const orderMessage = (
  orderId: OrderId,
  change: Partial<SagaLogMessage> = {},
): SagaLogMessage => ({
  v: 1,
  orderId,
  customer: 'cus_1',
  orderStatus: 'confirmed',
  settled: true,
  summary: { total: { amount: 1490, currency: 'USD' }, units: 2 },
  epoch: 1,
  version: 1,
  updatedAtMs: 2_000,
  sagas: [createSaga(orderId)],
  transitions: [],
  ...change,
})
