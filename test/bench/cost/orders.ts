/**
 * Orders of one kind, each alone: the next one is placed when the last is settled. So no queue batch
 * and no D1 batch is shared, and an order costs the most that it can.
 */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { until } from '../../../scripts/client/until.ts'
import { type OrderView, orderSchema } from '../../../worker/api/contract.ts'
import { type Basket, type Kind, headersOf } from '../basket.ts'
import { type Answer, type Client, openClient } from '../http.ts'
import { edgeSagaSeries } from '../series/edge-saga.ts'
import { workflowsSeries } from '../series/workflows.ts'
import { MAIN_WORKER } from '../stand-workers.ts'
import type { Stand } from '../stand.ts'
import { type Customer, admit } from '../supplies.ts'
import { whileCommandsWait } from './meter-readings.ts'
import type { OrderKind } from './order-kinds.ts'

const SETTLED_MS_MAX = 30_000
const LOOK_EVERY_MS = 10

/** Customers and requests are made beforehand, so that only what orders cost is counted. */
export type PreparedOrders = { place: () => Promise<void> }

export async function prepareOrders(
  stand: Stand,
  basket: Basket,
  kind: OrderKind,
  count: number,
): Promise<PreparedOrders> {
  const url = stand.url(MAIN_WORKER)
  if (kind === 'cancelled') {
    const body = JSON.stringify(basket.request('good'))
    return inTurn(url, await admit(stand, count), async (client, customer) => {
      const place = () => cancelOne(client, customer, body)
      // Once its holds are all answered, its card is asked, and it is too late.
      await settled(stand, await whileCommandsWait(stand, place))
    })
  }
  const { calls, objection } = edgeSagaSeries(stand, basket)(kind, 'none')
  return inTurn(url, await calls(count), async (client, call) => {
    const answer = await client.send(call)
    const wrong = objection(answer)
    if (wrong !== null) throw new Error(wrong)
    await settled(stand, accepted(answer))
  })
}

export async function prepareWorkflows(
  stand: Stand,
  basket: Basket,
  kind: Kind,
  count: number,
): Promise<PreparedOrders> {
  const { url, calls, objection, atRest } = workflowsSeries(stand, basket)(kind)
  return inTurn(url, await calls(count), async (client, call) => {
    const wrong = objection(await client.send(call))
    if (wrong !== null) throw new Error(wrong)
    await atRest(1)
  })
}

function inTurn<Item>(
  url: URL,
  items: readonly Item[],
  placeOne: (client: Client, item: Item) => Promise<void>,
): PreparedOrders {
  return {
    async place() {
      const client = openClient(url, 1)
      try {
        for (const item of items) await placeOne(client, item)
      } finally {
        client.close()
      }
    },
  }
}

async function cancelOne(client: Client, customer: Customer, body: string): Promise<OrderView> {
  const headers = headersOf(customer)
  const placed = await client.send({
    method: 'POST',
    path: '/api/orders',
    headers: { ...headers, 'idempotency-key': randomUUID() },
    body,
  })
  const path = `/api/orders/${accepted(placed).id}/cancel`
  return accepted(await client.send({ method: 'POST', path, headers }))
}

function accepted({ status, body }: Answer): OrderView {
  if (status !== 202) throw new Error(`${status} ${body}`)
  return orderSchema.parse(JSON.parse(body))
}

const settledSchema = z.object({ settled: z.int() }).nullable()

/** By the saga log, which hears of it last. */
async function settled(stand: Stand, { id }: OrderView): Promise<void> {
  const log = await stand.database('edge-saga-log')
  const row = log.prepare('select settled from saga_instance where order_id = ?1').bind(id)
  await until(async () => (settledSchema.parse(await row.first())?.settled === 1 ? true : null), {
    withinMs: SETTLED_MS_MAX,
    everyMs: LOOK_EVERY_MS,
    what: `${id} settled`,
  })
}
