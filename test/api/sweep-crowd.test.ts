import { beforeAll, describe, expect, it, vi } from 'vitest'
import { pokeSilent } from '../../worker/sweep.ts'
import { useDatabases } from './support/databases.ts'

const databases = useDatabases()
const CROWD = 2_000

/** Parked for an outage's sake, all of them; and one of each that has no business to stand still. */
const FILL = `
  with recursive n(i) as (select 0 union all select i + 1 from n where i < ${CROWD + 1})
  insert into saga_instance (saga_id, order_id, definition, version, status, customer_id, order_status,
    settled, summary, started_at_ms, deadline_at_ms, updated_at_ms, last_seq, epoch, trace_id, has_gap)
  select id, id, 'order-create', 1, status, 'cus_1', 'failed', status = 'completed',
    '{"total":{"amount":1,"currency":"USD"},"units":1}', i, i, i, 1, 1, '', status = 'completed'
  from (select i, printf('ord_%032x', i) as id,
    case i when ${CROWD} then 'running' when ${CROWD + 1} then 'completed' else 'parked' end as status
    from n)`

beforeAll(() => databases().sagaLog.prepare(FILL).run())

async function poked(nowMs = 1_000_000): Promise<string[]> {
  const names: string[] = []
  const ORDERS = { getByName: (name: string) => ({ poke: async () => void names.push(name) }) }
  await pokeSilent({ SAGA_LOG_DB: databases().sagaLog, ORDERS }, nowMs)
  return names
}

const overloaded = () => Promise.reject(new Error('the object is overloaded'))

const orderOf = (number: number): string => `ord_${number.toString(16).padStart(32, '0')}`

describe('where thousands of sagas are parked, a sweep', () => {
  it('pokes the one that runs, and the one whose log has a gap, at once', async () => {
    const names = await poked()
    expect(names).toContain(orderOf(CROWD))
    expect(names).toContain(orderOf(CROWD + 1))
    expect(names).toHaveLength(200)
  })

  it('pokes others of the parked ones each time', async () => {
    const [first, second] = [await poked(), await poked()]
    expect(first).not.toEqual(second)
    expect(new Set(first).size).toBe(first.length)
  })

  it('leaves alone what said something within ten seconds', async () => {
    const names = await poked(10_000 + 100)
    expect(names).toHaveLength(100)
    expect(names).not.toContain(orderOf(CROWD))
  })

  it('names each order whose object does not answer, and goes on', async () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const ORDERS = { getByName: () => ({ poke: overloaded }) }
    const report = await pokeSilent({ SAGA_LOG_DB: databases().sagaLog, ORDERS }, 1_000_000)
    expect(report).toEqual({ found: 200, poked: 0, failed: 200 })
    const lines = warned.mock.calls.map(([line]) => String(line))
    expect(lines).toHaveLength(200)
    expect(lines.join('\n')).toContain(orderOf(CROWD))
    expect(lines[0]).toContain('the object is overloaded')
    warned.mockRestore()
  })
})
