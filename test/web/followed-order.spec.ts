import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type EffectScope, effectScope, ref } from 'vue'
import type { FollowedOrder } from '../../worker/api/follow-contract.ts'
import { ApiProblem, Unanswered } from '../../web/src/api/client.ts'
import { useFollowedOrder } from '../../web/src/composables/use-followed-order.ts'

const ID = `ord_${'1'.repeat(32)}`
const usd = { amount: 100, currency: 'USD' }
const orderOf = (version: number, settled = false): FollowedOrder => ({
  id: ID,
  status: settled ? 'confirmed' : 'pending',
  settled,
  version,
  epoch: 1,
  placedAt: '2026-11-23T00:00:00.000Z',
  lines: [],
  subtotal: usd,
  discount: usd,
  pointsDiscount: usd,
  shipping: usd,
  total: usd,
  delivery: { day: '2026-12-02', region: 'US' },
  steps: [],
})

const unknown = { type: '', title: '', status: 404, code: 'order-not-found' }
const wrongKey = () => new ApiProblem(unknown, unknown)

type Said = FollowedOrder | 'unchanged' | Error
let answers: Said[]
let known: (string | null)[]
let keys: string[]
let scope: EffectScope
const key = ref('key')

async function read(_id: string, asked: string, etag: string | null) {
  known.push(etag)
  keys.push(asked)
  const said = answers.shift() ?? new Error('was not to be asked again')
  if (said instanceof Error) throw said
  return said === 'unchanged' ? null : { order: said, etag: `"${said.version}"` }
}

function follow(id: string, ...said: Said[]) {
  answers = said
  const followed = scope.run(() => useFollowedOrder(id, () => key.value, read))
  if (!followed) throw new Error('the scope is over')
  return followed
}

const MINUTE_MS = 60_000
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

beforeEach(() => {
  vi.useFakeTimers()
  scope = effectScope()
  known = []
  keys = []
  key.value = 'key'
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

it('asks by the last tag until the order is settled, and then no more', async () => {
  const { order, load, connection } = follow(ID, orderOf(1), 'unchanged', orderOf(2, true))
  expect(load.value).toBe('loading')
  await pass(0)
  expect([load.value, connection.value, order.value?.version]).toEqual(['ready', 'polling', 1])
  await pass(MINUTE_MS)
  expect([connection.value, order.value?.version]).toEqual(['closed', 2])
  await pass(MINUTE_MS)
  expect(known).toEqual([null, '"1"', '"1"'])
})

it('no answer in between: keeps what it has, says so, and goes on', async () => {
  const { order, load, connection } = follow(ID, orderOf(1), new Unanswered(), orderOf(2, true))
  await pass(0)
  await pass(3_000)
  expect([load.value, connection.value, order.value?.version]).toEqual(['ready', 'reconnecting', 1])
  await pass(MINUTE_MS)
  expect([connection.value, order.value?.version]).toEqual(['closed', 2])
})

it('no answer at first: failed, until there is one', async () => {
  const { load } = follow(ID, new Unanswered(), orderOf(1, true))
  await pass(0)
  expect(load.value).toBe('failed')
  await pass(MINUTE_MS)
  expect(load.value).toBe('ready')
})

it('a wrong key: missing, and not asked again', async () => {
  const { load } = follow(ID, wrongKey())
  await pass(MINUTE_MS)
  expect([load.value, known]).toEqual(['missing', [null]])
})

it('another key, as of a link that is pasted over one that was cut short: asks by that one', async () => {
  const { load, order } = follow(ID, wrongKey(), orderOf(3, true))
  await pass(0)
  key.value = 'whole key'
  await pass(0)
  expect([load.value, order.value?.version]).toEqual(['ready', 3])
  expect([keys, known]).toEqual([
    ['key', 'whole key'],
    [null, null],
  ])
})

it('an address that lost its key, as by the link to the content: stays with the order', async () => {
  const { load } = follow(ID, orderOf(1, true))
  await pass(0)
  key.value = ''
  await pass(MINUTE_MS)
  expect([load.value, keys]).toEqual(['ready', ['key']])
})

it('an id that cannot be: missing, and not asked at all', async () => {
  const { load } = follow('ord_x')
  await pass(MINUTE_MS)
  expect([load.value, known]).toEqual(['missing', []])
})
