/** How the saga log is read once it has a year's orders in it: nothing that is asked all day reads all of it. */
import { beforeAll, describe, expect, it } from 'vitest'
import { isSagaId, sagaIdOf } from '../../durable-objects/core/ids.ts'
import {
  listSagas,
  listedSagasOf,
  logCopiesOf,
  pageOfOrders,
  takeJournal,
} from '../../worker/api/ops/saga-log-reads.ts'
import { listLetters } from '../../worker/saga-log/dead-letter-store.ts'
import { useDatabases } from './support/databases.ts'
import { orderIdOfNumber } from './support/doubles.ts'
import { plansIn } from './support/plans.ts'

const databases = useDatabases()
const SAGAS = 2_000
/** In the middle: a thousand newer ones are before it. */
const PARKED = 1_000
const LETTERS = 2_000
const OPEN_LETTER = 1_001

// Ids are hashes: their order says nothing of their age.
const FILL = `
  with recursive n(i) as (select 0 union all select i + 1 from n where i < ${SAGAS - 1})
  insert into saga_instance (saga_id, order_id, definition, version, status, customer_id, order_status,
    settled, summary, started_at_ms, deadline_at_ms, updated_at_ms, last_seq, epoch, trace_id)
  select id, id, 'order-create', 1, iif(i = ${PARKED}, 'parked', 'completed'), 'cus_1', 'confirmed',
    i <> ${PARKED}, '{"total":{"amount":1,"currency":"USD"},"units":1}', i, i, i, 1, 1, ''
  from (select i, printf('ord_%032x', i * 7919 % ${SAGAS}) as id from n)`

/** Of an outage, each of which somebody has dealt with, but for one. */
const FILL_LETTERS = `
  with recursive n(i) as (select 0 union all select i + 1 from n where i < ${LETTERS - 1})
  insert into dead_letter (message_id, at_ms, kind, body, replayed_at_ms, dismissed_at_ms)
  select 'letter_' || i, i, 'saga-log', '{}', iif(i % 2 and i <> ${OPEN_LETTER}, i, null),
    iif(i % 2 = 0, i, null)
  from n`

beforeAll(async () => {
  const { sagaLog } = databases()
  await sagaLog.batch([FILL, FILL_LETTERS].map((text) => sagaLog.prepare(text)))
})

const plansOf = (read: (database: D1Database) => Promise<unknown>): Promise<string[]> =>
  plansIn(databases().sagaLog, read)

describe('the list of sagas', () => {
  it('is read from its newest end, and no further than the page', async () => {
    const plan = await plansOf((database) => listSagas(database, { limit: 50 }))
    expect(plan).toEqual(['SCAN saga_instance USING INDEX saga_instance_newest'])
    const { next } = await listSagas(databases().sagaLog, { limit: 50 })
    if (next === null || !isSagaId(next)) throw new Error('there is another page')
    const older = { after: next, limit: 50 }
    const beyond = await plansOf((database) => listSagas(database, older))
    expect(beyond[0]).toContain('SEARCH saga_instance USING INDEX saga_instance_newest')
  })

  it.each(['running', 'compensating', 'parked'])(
    'of those that are %s is read from what is open, however much has ended since',
    async (status) => {
      const plan = await plansOf((database) => listSagas(database, { status, limit: 50 }))
      expect(plan[0]).toMatch(/^(SCAN|SEARCH) saga_instance USING INDEX saga_instance_open/)
      expect(plan.slice(1)).toEqual(['USE TEMP B-TREE FOR ORDER BY'])
      const older = { status, after: sagaIdOf(orderIdOfNumber(PARKED)), limit: 50 }
      const beyond = await plansOf((database) => listSagas(database, older))
      expect(beyond[0]).toMatch(/^(SCAN|SEARCH) saga_instance USING INDEX saga_instance_open/)
      expect(beyond.join()).not.toContain('saga_instance_newest')
    },
  )

  it('has the parked one on its page', async () => {
    const { sagas } = await listSagas(databases().sagaLog, { status: 'parked', limit: 50 })
    expect(sagas.map(({ startedAt }) => Date.parse(startedAt))).toEqual([PARKED])
  })
})

it('what the audit reads of a page of orders is read by their keys', async () => {
  const ids = [1, 2, 3].map(orderIdOfNumber)
  const plan = await plansOf(async (database) => {
    await listedSagasOf(database, ids)
    await logCopiesOf(database, ids)
    await pageOfOrders(database, orderIdOfNumber(1), 200)
  })
  expect(plan.filter((detail) => /SCAN (?!o VIRTUAL)/.test(detail))).toEqual([])
})

it('a journal is taken by the key of its order', async () => {
  const plan = await plansOf((database) => takeJournal(database, orderIdOfNumber(1)))
  expect(plan.filter((detail) => detail.startsWith('SCAN'))).toEqual([])
})

it('dead letters that nobody has dealt with are found without a look at the others', async () => {
  const query = { handled: false, limit: 20 }
  const plan = await plansOf((database) => listLetters(database, query))
  expect(plan).toEqual(['SCAN dead_letter USING INDEX dead_letter_open'])
  const older = { ...query, after: 'letter_1500' }
  const [beyond] = await plansOf((database) => listLetters(database, older))
  expect(beyond).toContain('SEARCH dead_letter USING INDEX dead_letter_open')
  const { letters } = await listLetters(databases().sagaLog, older)
  expect(letters.map(({ atMs }) => atMs)).toEqual([OPEN_LETTER])
})
