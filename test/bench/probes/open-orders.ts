/** Orders that stay open: their card is `tok_slow`, and its ledger does not answer. */
import { randomUUID } from 'node:crypto'
import { concurrently } from '../../../scripts/terminal/concurrently.ts'
import { orderSchema } from '../../../worker/api/contract.ts'
import { type Basket, headersOf } from '../basket.ts'
import { openClient } from '../http.ts'
import { MAIN_WORKER } from '../stand-workers.ts'
import type { Stand } from '../stand.ts'
import { type Customer, admit } from '../supplies.ts'

const CARD = { token: 'tok_slow' } as const
const AT_A_TIME = 32
const HELD_MS = 600_000

export type OpenOrder = { id: string; customer: Customer }

/** From now on, no slow card is answered, and the shop does not give up cards for that. */
export async function holdLedger(stand: Stand): Promise<void> {
  const client = openClient(stand.url(MAIN_WORKER), 1)
  const { status, body } = await client.send({
    method: 'PUT',
    path: '/api/ops/breakers/payments',
    headers: headersOf({ token: stand.operatorToken }),
    body: JSON.stringify({ force: 'closed', by: 'bench', reason: 'slow on purpose' }),
  })
  client.close()
  if (status !== 200) throw new Error(`${status} ${body}`)
  const ledger = await stand.database('edge-saga-payments-provider')
  await ledger
    .prepare(
      `create trigger held_back after insert on ledger_charge begin
         update ledger_charge set visible_at_ms = visible_at_ms + ${HELD_MS} where key = new.key;
       end`,
    )
    .run()
}

export async function openOrders(
  stand: Stand,
  basket: Basket,
  count: number,
): Promise<OpenOrder[]> {
  const body = JSON.stringify({ ...basket.request('good'), payment: CARD })
  const client = openClient(stand.url(MAIN_WORKER), AT_A_TIME)
  const customers = await admit(stand, count)
  const orders = await concurrently(customers, AT_A_TIME, async (customer) => {
    const headers = { ...headersOf(customer), 'idempotency-key': randomUUID() }
    const answer = await client.send({ method: 'POST', path: '/api/orders', headers, body })
    if (answer.status !== 202) throw new Error(`${answer.status} ${answer.body}`)
    return { id: orderSchema.parse(JSON.parse(answer.body)).id, customer }
  })
  client.close()
  return orders
}
