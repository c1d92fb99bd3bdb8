/** One socket of an order, as a page holds it, with the time at which each update came. */
import { z } from 'zod'
import { serverMessageSchema, socketTicketSchema } from '../../../worker/api/contract.ts'
import { headersOf } from '../basket.ts'
import type { Client } from '../http.ts'
import type { OpenOrder } from './open-orders.ts'

export type Update = { version: number; receivedAtMs: number }
type Received = { atMs: number; data: unknown }
export type Watcher = {
  orderId: string
  updates: () => Update[]
}

/** Resolves with the first message, which says how the order stands. It is held until the stand stops. */
export async function watch(client: Client, shop: URL, order: OpenOrder): Promise<Watcher> {
  const path = `/api/orders/${order.id}`
  const headers = headersOf(order.customer)
  const issued = await client.send({ method: 'POST', path: `${path}/socket-ticket`, headers })
  if (issued.status !== 200) throw new Error(`no ticket: ${issued.status} ${issued.body}`)
  const { ticket } = socketTicketSchema.parse(JSON.parse(issued.body))

  const socket = new WebSocket(`ws://${shop.host}${path}/socket?ticket=${ticket}`)
  const received: Received[] = []
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('message', ({ data }) => {
      received.push({ atMs: performance.timeOrigin + performance.now(), data })
      resolve()
    })
    socket.addEventListener('close', ({ code }) => {
      reject(new Error(`closed with ${code} before it said anything`))
    })
  })
  return { orderId: order.id, updates: () => received.flatMap(updatesIn) }
}

/** Read afterwards: on a busy machine, reading one message would keep the others waiting. */
function updatesIn({ atMs, data }: Received): Update[] {
  const { type, version } = serverMessageSchema.parse(JSON.parse(z.string().parse(data)))
  return type === 'update' ? [{ version, receivedAtMs: atMs }] : []
}
