/** Addresses by the rules of their country: when an order is placed, and when it is sent elsewhere. */
import { beforeAll, describe, expect, it } from 'vitest'
import { ORDER_CREATE } from '../../durable-objects/sagas/registry.ts'
import type { ShipTo } from '../../worker/api/contract.ts'
import { orderIdFor } from '../../worker/api/order-id.ts'
import { stockCatalog } from './support/catalog.ts'
import { hashBody } from '../../worker/api/orders/idempotency-key.ts'
import { useDatabases } from './support/databases.ts'
import { AGREED, bindings, customerOfNumber, orderIdOfNumber } from './support/doubles.ts'
import { placedOrder } from './support/placed-order.ts'
import { asCustomer, problemOf } from './support/requests.ts'

const databases = useDatabases()
beforeAll(() => stockCatalog(databases().catalog))

const customerId = customerOfNumber(1)
const STREET = { name: 'Ann', line1: '1 Road', city: 'Town' }
const HOME = { ...STREET, postalCode: '12345', country: 'US' }
const orderTo = <Address>(shipTo: Address) => ({
  lines: [{ sku: 'MUG', quantity: 1 }],
  shipTo,
  payment: { token: 'tok_visa' },
})

async function place(shipTo: object, env = bindings(databases())) {
  const customer = await asCustomer(env, customerId)
  const headers = { 'Idempotency-Key': 'key' }
  return customer('POST /api/orders', { headers, json: orderTo(shipTo) })
}

const WRONG: [why: string, shipTo: object, field: string][] = [
  ['without its ZIP code', { ...STREET, country: 'US' }, 'shipTo.postalCode'],
  ['with an empty postcode', { ...STREET, postalCode: ' ', country: 'GB' }, 'shipTo.postalCode'],
  ['with half a postcode', { ...STREET, postalCode: 'BA1', country: 'GB' }, 'shipTo.postalCode'],
  ['with the code of elsewhere', { ...HOME, country: 'JP' }, 'shipTo.postalCode'],
  ['in the Emirates without emirate', { ...STREET, country: 'AE' }, 'shipTo.region'],
  ['with an empty region', { ...HOME, region: ' ' }, 'shipTo.region'],
  ['with an endless region', { ...HOME, region: 'x'.repeat(101) }, 'shipTo.region'],
]

describe('an order to an address', () => {
  it.each(WRONG)('%s is invalid, and the field is named', async (_why, shipTo, field) => {
    const response = await place(shipTo)
    expect(response.status).toBe(422)
    expect(await problemOf(response)).toMatchObject({ code: 'invalid-input', errors: [{ field }] })
  })

  it('whose postal code cannot be says how one looks', async () => {
    const { errors } = await problemOf(await place({ ...HOME, country: 'JP' }))
    expect(errors).toEqual([
      { field: 'shipTo.postalCode', message: 'No postal code of JP, where it looks like 100-0001' },
    ])
  })

  it.each<[what: string, sent: ShipTo, kept: ShipTo]>([
    ['from before there was a region', HOME, HOME],
    ['with its state', { ...HOME, region: 'VA' }, { ...HOME, region: 'VA' }],
    [
      'with its code as one types',
      { ...HOME, postalCode: '123456789' },
      { ...HOME, postalCode: '12345-6789' },
    ],
  ])('%s is placed', async (_what, sent, kept) => {
    const response = await place(sent)
    expect(response.status).toBe(202)
    expect(await response.json()).toMatchObject({ shipTo: kept })
  })

  it('in the Emirates needs no postal code', async () => {
    // Their own refusal comes next: the double of logistics serves another country.
    const { code, errors } = await problemOf(
      await place({ ...STREET, region: 'Dubai', country: 'AE' }),
    )
    expect([code, errors?.map(({ field }) => field)]).toEqual([
      'country-not-served',
      ['shipTo.country'],
    ])
  })

  it('N1: that was good once gets its order again', async () => {
    const env = bindings(databases())
    const json = orderTo({ ...HOME, postalCode: '1' })
    const customer = await asCustomer(env, customerId)
    const orderId = await orderIdFor(customerId, 'key')
    const object = env.ORDERS.getByName(orderId)
    await object.place({
      orderId,
      customer: customerId,
      bodyHash: await hashBody(json),
      shipTo: json.shipTo,
      traceparent: '',
      definition: ORDER_CREATE.ref,
      decision: { quote: AGREED },
    })
    const headers = { 'Idempotency-Key': 'key' }
    const response = await customer('POST /api/orders', { headers, json })
    expect(response.status).toBe(202)
    expect(await response.json()).toMatchObject({ id: orderId, shipTo: { postalCode: '1' } })
  })
})

async function change(shipTo: ShipTo, customerNumber = 1) {
  const order = await placedOrder(orderIdOfNumber(42), { shipTo: HOME })
  const env = bindings(databases(), { orders: [order] })
  const customer = await asCustomer(env, customerOfNumber(customerNumber))
  const response = await customer(`PATCH /api/orders/${order.orderId}`, {
    headers: { 'If-Match': '"5"' },
    json: { shipTo },
  })
  return { response, changes: order.changes }
}

describe('a change of the address', () => {
  it('to a postal code that cannot be is invalid, and changes nothing', async () => {
    const { response, changes } = await change({ ...HOME, postalCode: '1' })
    expect(await problemOf(response)).toMatchObject({
      status: 422,
      code: 'invalid-input',
      errors: [{ field: 'shipTo.postalCode' }],
    })
    expect(changes).toEqual([])
  })

  it('to another country is for the order to refuse, whatever its postal code', async () => {
    const { changes } = await change({ ...HOME, country: 'JP' })
    expect(changes).toEqual(['address Ann if 5'])
  })

  it('of an order of somebody else is of one that is not there', async () => {
    const { response } = await change({ ...HOME, postalCode: '1' }, 2)
    expect(await problemOf(response)).toMatchObject({ status: 404, code: 'order-not-found' })
  })
})
