/** Development: what a scenario breaks, and for whom. */
import { expect, it, vi } from 'vitest'
import type { DomainReads } from '../../worker/domains/reads.ts'
import { useDatabases } from './support/databases.ts'
import { bindings, customerOfNumber, orderIdOfNumber } from './support/doubles.ts'
import { placedOrder } from './support/placed-order.ts'
import { asCustomer, problemOf } from './support/requests.ts'

const databases = useDatabases()
const orderId = orderIdOfNumber(42)
const json = { orderId }

it.each([
  ['stock-runs-out', 'INVENTORY', { rejectRate: 1, rejectCode: 'out-of-stock' }, 'reserve-stock'],
  ['payments-stall', 'PAYMENTS', { rejectRate: 0, latencyMs: 8_000 }, 'charge-card'],
] as const)('%s breaks one step of one order', async (name, domain, faults, step) => {
  const setFaults = vi.fn<DomainReads['setFaults']>(async () => true)
  const env = bindings(databases())
  Object.assign(env[domain], { setFaults })
  const customer = await asCustomer(env)
  expect((await customer(`POST /api/dev/scenarios/${name}`, { json })).status).toBe(204)
  expect(setFaults).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ ...faults, only: { direction: 'action', sagaId: orderId, step } }),
  )
})

it('object-killed kills the object of an order of the caller, and of nobody else', async () => {
  const order = await placedOrder(orderId)
  const env = bindings(databases(), { orders: [order] })
  const owner = await asCustomer(env)
  const other = await asCustomer(env, customerOfNumber(2))
  const route = 'POST /api/dev/scenarios/object-killed'
  expect((await owner(route, { json })).status).toBe(204)
  expect(await problemOf(await other(route, { json }))).toMatchObject({ code: 'order-not-found' })
})

it.each([
  ['stock-runs-out', { orderId: 'x' }, 'orderId'],
  ['earthquake', json, 'name'],
])('%s with %j is invalid', async (name, body, field) => {
  const customer = await asCustomer(bindings(databases()))
  const response = await customer(`POST /api/dev/scenarios/${name}`, { json: body })
  expect(await problemOf(response)).toMatchObject({ status: 422, errors: [{ field }] })
})

it('a domain of a production bundle breaks nothing', async () => {
  const env = bindings(databases())
  Object.assign(env.PAYMENTS, { setFaults: async () => false })
  const customer = await asCustomer(env)
  const response = await customer('POST /api/dev/scenarios/payments-stall', { json })
  expect(await problemOf(response)).toMatchObject({ status: 404, code: 'faults-not-available' })
})
