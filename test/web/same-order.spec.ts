/** The same order, submitted again: under the same id where the first one may be there after all. */
import { beforeEach, expect, it, vi } from 'vitest'
import type { Quote } from '../../worker/api/contract.ts'
import { useOrders } from '../../web/src/stores/orders.ts'
import { useSession } from '../../web/src/stores/session.ts'
import { useShopState } from '../../web/src/stores/shop-state/store.ts'
import { customerId, orderId, placing } from './support/orders.ts'
import { startPinia } from './support/pinia.ts'

const { request, prices } = placing({ id: orderId(7), lines: [{ sku: 'MUG', quantity: 1 }] })
const quote: Quote = { ...prices, problems: [] }
const refusal = { type: '', title: '', status: 409, code: 'out-of-stock' }

const refused = () => Response.json(refusal, { status: refusal.status })
const cutOff = () => Promise.reject(new TypeError('Failed to fetch'))

let customer: string
let answers: (() => Response | Promise<Response>)[]

beforeEach(() => {
  customer = customerId()
  startPinia()
  vi.stubGlobal('fetch', async (path: string) => {
    if (path === '/api/session') return Response.json({ customer })
    return path === '/api/orders' ? (answers.shift() ?? refused)() : cutOff()
  })
})

async function submit(): Promise<string> {
  const shop = useShopState()
  shop.$optimistic.start()
  const id = await useOrders().submit(request, quote)
  await shop.$optimistic.outcome(id)
  return id
}

it('keeps its id where it was sent without an answer and then refused (O7)', async () => {
  answers = [cutOff]
  const first = await submit()
  expect(useShopState().order(first)).toMatchObject({ ended: { why: 'refused' } })
  expect(await submit()).toBe(first)
})

it('is another order where the server has refused it for sure', async () => {
  answers = []
  expect(await submit()).not.toBe(await submit())
})

it('is another order where the first was of another session', async () => {
  answers = [cutOff]
  const first = await submit()
  customer = `cus_${'b'.repeat(32)}`
  await useSession().reopen()
  expect(await submit()).not.toBe(first)
})
