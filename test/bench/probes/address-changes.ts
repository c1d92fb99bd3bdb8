/** Transitions made on purpose: an open order is delivered elsewhere, which its watchers are told. */
import { orderSchema, problemSchema } from '../../../worker/api/contract.ts'
import { SHIP_TO, headersOf } from '../basket.ts'
import type { Client } from '../http.ts'
import type { OpenOrder } from './open-orders.ts'

const HTTP_STALE = 412
const TRIES_MAX = 10

/** An order that moved meanwhile says where it stands now, and is asked again. */
export async function changeAddress(client: Client, order: OpenOrder): Promise<void> {
  const path = `/api/orders/${order.id}`
  const headers = headersOf(order.customer)
  let { version } = orderSchema.parse(
    JSON.parse((await client.send({ method: 'GET', path, headers })).body),
  )
  for (let round = 0; round < TRIES_MAX; round += 1) {
    const answer = await client.send({
      method: 'PATCH',
      path,
      headers: { ...headers, 'if-match': `"${version}"` },
      // Another one each time: the same would be no change.
      body: JSON.stringify({ shipTo: { ...SHIP_TO, line1: `${version} Way` } }),
    })
    if (answer.status === 200) return
    const { current } = problemSchema.parse(JSON.parse(answer.body))
    if (answer.status !== HTTP_STALE || !current) throw new Error(answer.body)
    version = current.version
  }
  throw new Error(`${order.id} moved ${TRIES_MAX} times in a row`)
}
