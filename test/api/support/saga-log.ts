/** Rows of the saga log, as its consumer writes them. */
import type { CustomerId, OrderId } from '../../../durable-objects/core/ids.ts'
import { sagaIdOf } from '../../../durable-objects/core/ids.ts'
import { SAGA_LOG_MESSAGE_VERSION } from '../../../durable-objects/saga-log/message.ts'
import { rowsOf, sagaLogStatements } from '../../../worker/saga-log/store.ts'
import { AGREED, customerOfNumber } from './doubles.ts'

type Logged = {
  orderId: OrderId
  suffix?: string
  customer?: CustomerId
  startedAtMs?: number
  status?: string
  /** Of the order; it is pending, and something moves, if not said otherwise. */
  orderStatus?: string
  /** How many transitions of the order D1 has. */
  transitions?: number
}

export async function logSaga(
  database: D1Database,
  {
    orderId,
    suffix,
    customer,
    startedAtMs = 0,
    status = 'running',
    orderStatus = 'pending',
    transitions = 0,
  }: Logged,
): Promise<void> {
  const sagaId = sagaIdOf(orderId, suffix)
  await database.batch(
    sagaLogStatements(database, [
      rowsOf({
        v: SAGA_LOG_MESSAGE_VERSION,
        orderId,
        customer: customer ?? customerOfNumber(1),
        orderStatus,
        settled: orderStatus !== 'pending',
        summary: { total: AGREED.total, units: 1 },
        epoch: 1,
        version: transitions,
        updatedAtMs: startedAtMs,
        sagas: [
          {
            sagaId,
            definition: { name: 'order-create', version: 1 },
            status,
            startedAtMs,
            deadlineAtMs: startedAtMs + 3_000,
            failureCode: null,
            traceId: '0af7651916cd43dd8448eb211c80319c',
          },
        ],
        transitions: Array.from({ length: transitions }, (_, index) => ({
          seq: index + 1,
          sagaId,
          atMs: startedAtMs,
          events: [{ type: 'told' }],
        })),
      }),
    ]),
  )
}
