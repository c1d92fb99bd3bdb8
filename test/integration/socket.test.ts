import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, expect, it, vi } from 'vitest'
import { type ServerMessage, serverMessageSchema } from '../../worker/api/contract.ts'
import { NO_FAULTS } from '../../worker/domains/reads.ts'
import { Customer, eventually, fullOrder, holdOrdersPending, letGo, objectOf } from './shop.ts'

afterEach(async () => {
  vi.restoreAllMocks()
  await env.INVENTORY.setFaults(NO_FAULTS)
})

async function ticketOf(customer: Customer, id: string): Promise<string> {
  const response = await customer.request(`/api/orders/${id}/socket-ticket`, { method: 'POST' })
  return (await response.json<{ ticket: string }>()).ticket
}

const open = (customer: Customer, id: string, ticket: string) =>
  customer.request(`/api/orders/${id}/socket?ticket=${ticket}`, {
    headers: { Upgrade: 'websocket' },
  })

class Listener {
  readonly messages: ServerMessage[] = []
  closedWith: number | undefined
  readonly socket

  private constructor(socket: WebSocket) {
    this.socket = socket
    socket.addEventListener('message', ({ data }) => {
      this.messages.push(serverMessageSchema.parse(JSON.parse(String(data))))
    })
    socket.addEventListener('close', ({ code }) => {
      this.closedWith = code
    })
    socket.accept()
  }

  static async on(customer: Customer, id: string): Promise<Listener> {
    const { webSocket } = await open(customer, id, await ticketOf(customer, id))
    if (!webSocket) throw new Error('no socket')
    return new Listener(webSocket)
  }
}

it('tells every transition in order, up to the end, and closes when it is settled', async () => {
  await env.INVENTORY.setFaults({ ...NO_FAULTS, latencyMs: 100 })
  const customer = await Customer.arrive()
  const { id } = await customer.order({ ...fullOrder, payment: { token: 'tok_declined' } })
  const listener = await Listener.on(customer, id)
  await eventually(
    async () => listener.closedWith,
    (code) => code !== undefined,
  )
  expect(listener.closedWith).toBe(1000)
  const versions = listener.messages.map(({ version }) => version)
  const first = versions[0] ?? 0
  expect(versions).toEqual(versions.map((_, index) => first + index))
  expect(listener.messages[0]?.type).toBe('snapshot')
  const last = listener.messages.at(-1)
  expect(last?.order).toEqual(await customer.read(id))
  expect(last?.failure?.code).toBe('card-declined')
})

it('an eviction hibernates the sockets; they go on being told', async () => {
  await env.INVENTORY.setFaults({ ...NO_FAULTS, dropReplyRate: 1 })
  const customer = await Customer.arrive()
  const { id } = await customer.order(fullOrder)
  const listener = await Listener.on(customer, id)
  await evictDurableObject(objectOf(id))
  await env.INVENTORY.setFaults(NO_FAULTS)
  await customer.settled(id)
  await eventually(
    async () => listener.messages.at(-1)?.order.settled,
    (settled) => settled === true,
  )
})

it('resume brings the snapshot to who is behind, and nothing to who is not', async () => {
  await env.INVENTORY.setFaults({ ...NO_FAULTS, dropReplyRate: 1 })
  const customer = await Customer.arrive()
  const { id } = await customer.order(fullOrder)
  const listener = await Listener.on(customer, id)
  listener.socket.send(JSON.stringify({ type: 'resume', after: 0 }))
  await eventually(
    async () => listener.messages.filter(({ type }) => type === 'snapshot').length,
    (count) => count === 2,
  )
})

it.each(['no such thing', '{"type":"resume"}', new ArrayBuffer(8)])(
  'what cannot be understood ends the socket, and only that: %j',
  async (said) => {
    await holdOrdersPending()
    const customer = await Customer.arrive()
    const { id } = await customer.order(fullOrder)
    const [listener, other] = [await Listener.on(customer, id), await Listener.on(customer, id)]
    listener.socket.send(said)
    await eventually(
      async () => listener.closedWith,
      (code) => code === 1003,
    )
    await letGo()
    await customer.settled(id)
    await eventually(
      async () => other.messages.at(-1)?.order.settled,
      (settled) => settled === true,
    )
  },
)

it('an order has 32 open sockets: the oldest make room, also those that nobody answers on', async () => {
  await holdOrdersPending()
  const customer = await Customer.arrive()
  const { id } = await customer.order(fullOrder)
  const sockets: WebSocket[] = []
  for (let opened = 0; opened < 35; opened += 1) {
    const { webSocket } = await open(customer, id, await ticketOf(customer, id))
    if (!webSocket) throw new Error('no socket')
    // Not accepted, as by a phone without network: what the order says of an end has no answer.
    sockets.push(webSocket)
  }
  const states = await runInDurableObject(objectOf(id), (_, ctx) =>
    ctx.getWebSockets().map(({ readyState }) => readyState),
  )
  expect(states.filter((state) => state === WebSocket.OPEN)).toHaveLength(32)
  const madeRoom: number[] = []
  for (const [index, socket] of sockets.entries()) {
    socket.addEventListener('close', ({ code }) => {
      if (code === 1013) madeRoom.push(index)
    })
    socket.accept()
  }
  await eventually(
    async () => madeRoom.length,
    (count) => count >= 3,
  )
  expect(madeRoom).toEqual([0, 1, 2])
})

it('a client may close with any code: it is confirmed', async () => {
  await holdOrdersPending()
  const customer = await Customer.arrive()
  const { id } = await customer.order(fullOrder)
  const listener = await Listener.on(customer, id)
  await runInDurableObject(objectOf(id), async (order: DurableObject, ctx) => {
    // What must not be sent in a frame comes all the same.
    for (const socket of ctx.getWebSockets()) await order.webSocketClose?.(socket, 1015, '', true)
  })
  await eventually(
    async () => listener.closedWith,
    (code) => code === 1000,
  )
})

it('a ticket opens one socket, its own order only, and nothing opens without', async () => {
  const customer = await Customer.arrive()
  const [first, second] = [await customer.order(), await customer.order()]
  const ticket = await ticketOf(customer, first.id)
  expect((await open(customer, second.id, ticket)).status).toBe(403)
  const opened = await open(customer, first.id, ticket)
  expect(opened.status).toBe(101)
  opened.webSocket?.accept()
  expect((await open(customer, first.id, ticket)).status).toBe(403)
  expect((await open(customer, first.id, 'made-up')).status).toBe(403)
  const plain = await customer.request(`/api/orders/${first.id}/socket?ticket=${ticket}`)
  expect(plain.status).toBe(426)
})

const TICKETS_MAX = 50

const openTickets = (id: string) =>
  runInDurableObject(objectOf(id), (_, { storage }) =>
    [...storage.kv.list({ prefix: 'ticket/' })].map(([key]) => key.slice('ticket/'.length)),
  )

it('an order keeps 50 open tickets: the oldest make room, and so do those whose time is over', async () => {
  const customer = await Customer.arrive()
  const { id } = await customer.order()
  const issue = () => objectOf(id).issueSocketTicket(customer.id)
  const oldest = await issue()
  // Those of one millisecond are of one age.
  await scheduler.wait(5)
  const others: unknown[] = []
  while (others.length < TICKETS_MAX) others.push(await issue())
  expect(new Set(await openTickets(id))).toEqual(new Set(others))
  expect((await open(customer, id, oldest ?? '')).status).toBe(403)
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000)
  const late = await issue()
  expect(await openTickets(id)).toEqual([late])
})
