import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import type { OrderId } from '../../durable-objects/core/ids.ts'
import inventory from '../../worker/domains/inventory/index.ts'
import { command, compensation, newOrderId } from '../support/commands.ts'
import { type QueueHandler, outcomes } from './queue.ts'

const queue: QueueHandler = (batch) =>
  inventory.queue(batch, { DB: env.INVENTORY_DB, ORDERS: env.ORDER_RECORDERS })

async function newSku(units: number): Promise<string> {
  const sku = crypto.randomUUID()
  await env.INVENTORY_DB.prepare('insert into stock (sku, received, on_hand) values (?1, ?2, ?2)')
    .bind(sku, units)
    .run()
  return sku
}

const stockOf = (sku: string) =>
  env.INVENTORY_DB.prepare('select received, on_hand, reserved, sold from stock where sku = ?1')
    .bind(sku)
    .first()

type Lines = { sku: string; quantity: number }[]
const reserve = (orderId: OrderId, lines: Lines) => command(orderId, 'reserve-stock', { lines })

it('two lines of one SKU are one demand (N1)', async () => {
  const sku = await newSku(3)
  const line = { sku, quantity: 2 }
  expect(
    await outcomes(queue, [
      reserve(newOrderId(), [line, line]),
      reserve(newOrderId(), [line, { sku, quantity: 1 }]),
    ]),
  ).toEqual(['rejected: out-of-stock', 'done'])
  expect(await stockOf(sku)).toEqual({ received: 3, on_hand: 3, reserved: 3, sold: 0 })
})

it('an order that is short of one SKU holds none of the others (N1)', async () => {
  const [plenty, none] = [await newSku(5), await newSku(0)]
  const lines = [
    { sku: plenty, quantity: 1 },
    { sku: none, quantity: 1 },
  ]
  expect(await outcomes(queue, [reserve(newOrderId(), lines)])).toEqual(['rejected: out-of-stock'])
  expect(await stockOf(plenty)).toMatchObject({ reserved: 0 })
})

it('a SKU that nobody knows is rejected as such', async () => {
  const sku = await newSku(5)
  const lines = [
    { sku, quantity: 1 },
    { sku: 'NO-SUCH-THING', quantity: 1 },
  ]
  expect(await outcomes(queue, [reserve(newOrderId(), lines)])).toEqual(['rejected: unknown-sku'])
})

it('reserve, commit and restock move units from shelf to customer and back', async () => {
  const sku = await newSku(10)
  const orderId = newOrderId()
  const lines = [{ sku, quantity: 4 }]
  await outcomes(queue, [reserve(orderId, lines)])
  expect(await stockOf(sku)).toEqual({ received: 10, on_hand: 10, reserved: 4, sold: 0 })
  await outcomes(queue, [command(orderId, 'commit-stock', { lines })])
  expect(await stockOf(sku)).toEqual({ received: 10, on_hand: 6, reserved: 0, sold: 4 })
  await outcomes(queue, [command(orderId, 'restock', { lines })])
  expect(await stockOf(sku)).toEqual({ received: 10, on_hand: 10, reserved: 0, sold: 0 })
})

it('amounts that are not those held are refused, both ways (N2)', async () => {
  const [sku, other] = [await newSku(10), await newSku(10)]
  const orderId = newOrderId()
  const held = [
    { sku, quantity: 4 },
    { sku: other, quantity: 1 },
  ]
  const wrong = [
    [{ sku, quantity: 4 }],
    [
      { sku, quantity: 3 },
      { sku: other, quantity: 1 },
    ],
  ]
  await outcomes(queue, [reserve(orderId, held)])
  const attempts = wrong.flatMap((lines) => [
    command(orderId, 'commit-stock', { lines }),
    compensation(orderId, 'reserve-stock', { lines }),
  ])
  expect(await outcomes(queue, attempts)).toEqual(attempts.map(() => 'rejected: not-held'))
  expect(await stockOf(sku)).toMatchObject({ reserved: 4, sold: 0 })
})
