/**
 * D1's documentation advises `pragma optimize` after a new index. Where that came when the shop had only been tried, SQLite
 * takes the log's tables for small ever after: what runs all day must not go through them for that.
 */
import { beforeAll, expect, it } from 'vitest'
import { sagaIdSchema } from '../../durable-objects/core/messages.ts'
import {
  listedSagasOf,
  logCopiesOf,
  ordersMovedSince,
  takeJournal,
} from '../../worker/api/ops/saga-log-reads.ts'
import { prune } from '../../worker/saga-log/retention.ts'
import { rowsOf, sagaLogStatements } from '../../worker/saga-log/store.ts'
import { readJournals } from '../../worker/traces/journals.ts'
import { useDatabases } from './support/databases.ts'
import { report } from './support/dead-letters.ts'
import { orderIdOfNumber } from './support/doubles.ts'
import { plansIn } from './support/plans.ts'

const databases = useDatabases()
const id = orderIdOfNumber(1)
const LAST_SAGA = sagaIdSchema.parse(`ord_${'f'.repeat(32)}`)

const FILL_SAGAS = `
  insert into saga_instance (saga_id, order_id, definition, version, status, customer_id, order_status,
    settled, summary, started_at_ms, deadline_at_ms, updated_at_ms, last_seq, epoch, trace_id)
  select 'ord_' || value, 'ord_' || value, 'order-create', 1, 'completed', 'cus_1', 'confirmed',
    1, '{}', value, value, value, 1, 1, '' from json_each('[1,2,3,4,5]')`
const FILL_EVENTS = `
  insert into saga_event (order_id, seq, epoch, saga_id, at_ms, events, trace_id)
  select order_id, 1, 1, saga_id, 1, '[]', '' from saga_instance`

beforeAll(async () => {
  const { sagaLog } = databases()
  await sagaLog.batch([FILL_SAGAS, FILL_EVENTS, 'analyze'].map((text) => sagaLog.prepare(text)))
})

it.each<[what: string, ask: (database: D1Database) => Promise<unknown>]>([
  [
    "the consumer's batch",
    (database) => database.batch(sagaLogStatements(database, [rowsOf(report)])),
  ],
  ['a page of the audit', (database) => listedSagasOf(database, [id])],
  ['what D1 has of orders', (database) => logCopiesOf(database, [id])],
  ['a journal', (database) => takeJournal(database, id)],
  [
    'who reminds a domain',
    (database) => ordersMovedSince(database, 0, { after: LAST_SAGA, limit: 9 }),
  ],
  [
    'what traces tell of',
    (database) => readJournals(database, [{ orderId: id, epoch: 1, from: 1, to: 2 }]),
  ],
  [
    'retention',
    (SAGA_LOG_DB) =>
      prune(
        { SAGA_LOG_DB, ORDERS: { getByName: () => ({ journalHead: async () => null }) } },
        Number.MAX_SAFE_INTEGER,
      ),
  ],
])('%s goes by keys, though SQLite thinks that there are few rows', async (_what, ask) => {
  const plan = await plansIn(databases().sagaLog, ask)
  expect(plan).not.toEqual([])
  expect(plan.filter((detail) => /^SCAN (saga_|[ien]\b|later|newer)/.test(detail))).toEqual([])
})
