/** The console's list of sagas: the newest page follows the log, older pages stay. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type EffectScope, effectScope } from 'vue'
import { Unanswered } from '../../web/src/api/client.ts'
import type { SagaQuery } from '../../web/src/console/api/ops-api.ts'
import { useSagas } from '../../web/src/console/composables/use-sagas.ts'
import type { SagaList, SagaListing } from '../../worker/api/ops/contract.ts'

const saga = (number: number, status = 'running'): SagaListing => ({
  sagaId: `ord_${number}`,
  orderId: `ord_${number}`,
  definition: 'order-create',
  version: 1,
  status,
  customer: 'cus_1',
  orderStatus: 'pending',
  settled: false,
  total: { amount: 1, currency: 'USD' },
  units: 1,
  startedAt: '2026-11-30T00:00:00.000Z',
  deadlineAt: '2026-11-30T00:00:03.000Z',
  updatedAt: '2026-11-30T00:00:01.000Z',
  lastSeq: 1,
  traceId: '',
  failureCode: null,
  hasGap: false,
  pruned: false,
})
const page = (next: string | null, ...sagas: SagaListing[]): SagaList => ({ sagas, next })

let scope: EffectScope
let pages: (SagaList | Error)[]
let asked: SagaQuery[]
/** What the next answer waits for. */
let hold: (() => Promise<void>) | undefined

async function listSagas(query: SagaQuery): Promise<SagaList> {
  asked.push(query)
  const next = pages.shift() ?? new Unanswered('sagas')
  await hold?.()
  if (next instanceof Error) throw next
  return next
}

function list() {
  const found = scope.run(() => useSagas({ status: 'running' }, { listSagas }))
  if (!found) throw new Error('the scope is over')
  return { ...found, ids: () => found.rows.value.map(({ sagaId }) => sagaId.slice(4)).join(' ') }
}

beforeEach(() => {
  vi.useFakeTimers()
  scope = effectScope()
  pages = []
  asked = []
  hold = undefined
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

const settle = () => vi.advanceTimersByTimeAsync(0)
const later = () => vi.advanceTimersByTimeAsync(3_000)

it('new ones appear, and others change, without a word', async () => {
  pages = [page(null, saga(1)), page(null, saga(2), saga(1, 'completed'))]
  const { rows, ids } = list()
  await settle()
  expect(ids()).toBe('1')
  await later()
  expect(ids()).toBe('2 1')
  expect(rows.value[1]?.status).toBe('completed')
})

it('older ones stay while the newest page moves on, and none is there twice', async () => {
  pages = [page('ord_3', saga(4), saga(3)), page(null, saga(2), saga(1))]
  const { ids, more, next } = list()
  await settle()
  await more()
  expect(asked.at(-1)).toEqual({ status: 'running', after: 'ord_3' })
  expect(ids()).toBe('4 3 2 1')
  expect(next.value).toBeNull()
  pages = [page('ord_4', saga(5), saga(4))]
  await later()
  expect(ids()).toBe('5 4 3 2 1')
})

it('none is lost when the newest page moves on while older ones are on their way', async () => {
  pages = [page('ord_3', saga(4), saga(3)), page(null, saga(2))]
  const { ids, more } = list()
  await settle()
  const canCome = Promise.withResolvers<void>()
  hold = () => canCome.promise
  const asking = more()
  hold = undefined
  pages.push(page('ord_4', saga(5), saga(4)))
  await later()
  canCome.resolve()
  await asking
  await settle()
  expect(ids()).toBe('5 4 3 2')
})

it('of a list that has become short nothing is shown that is not on it any more', async () => {
  pages = [page('ord_3', saga(4), saga(3)), page(null, saga(2), saga(1))]
  const { ids, more } = list()
  await settle()
  await more()
  pages = [page(null, saga(4))]
  await later()
  expect(ids()).toBe('4')
})

it('a list that was empty and is long again can be read to its end', async () => {
  pages = [page('ord_3', saga(4), saga(3)), page(null, saga(2))]
  const { ids, more, next } = list()
  await settle()
  await more()
  pages = [page(null), page('ord_7', saga(8), saga(7)), page(null, saga(6))]
  await later()
  await later()
  expect(next.value).toBe('ord_7')
  await more()
  expect(ids()).toBe('8 7 6')
})

it('one that was changed here is shown so at once, also beyond the newest page', async () => {
  pages = [page('ord_3', saga(4), saga(3)), page(null, saga(2), saga(1))]
  const { rows, ids, more, changed } = list()
  await settle()
  await more()
  pages = [page('ord_3', saga(4), saga(3, 'completed'))]
  await changed(saga(2, 'parked'))
  expect(ids()).toBe('4 3 2 1')
  expect(rows.value.map(({ status }) => status).join(' ')).toBe('running completed parked running')
})

it('what was read stays while the shop does not answer, and the next answer ends the trouble', async () => {
  pages = [page(null, saga(1)), new Unanswered('sagas'), page(null, saga(1))]
  const { ids, error } = list()
  await settle()
  await later()
  expect(error.value).toBeInstanceOf(Unanswered)
  expect(ids()).toBe('1')
  await later()
  expect(error.value).toBeNull()
})

it('an older page that did not come is asked for again by who tries again, and the trouble ends', async () => {
  pages = [page('ord_3', saga(4), saga(3)), new Unanswered('sagas')]
  const { ids, error, more, retry } = list()
  await settle()
  await more()
  expect(error.value).toBeInstanceOf(Unanswered)
  pages = [page(null, saga(2))]
  await retry()
  expect(asked.at(-1)).toEqual({ status: 'running', after: 'ord_3' })
  expect(error.value).toBeNull()
  expect(ids()).toBe('4 3 2')
  pages = [new Unanswered('sagas'), page('ord_3', saga(4, 'completed'), saga(3))]
  await later()
  expect(error.value).toBeInstanceOf(Unanswered)
  await retry()
  expect(asked.at(-1)).toEqual({ status: 'running', after: undefined })
  expect(error.value).toBeNull()
})

it('nobody is asked once the page is left', async () => {
  pages = [page(null, saga(1))]
  list()
  await settle()
  scope.stop()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toHaveLength(1)
})
