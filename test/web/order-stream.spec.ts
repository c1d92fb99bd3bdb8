import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import type { OrderId } from '../../durable-objects/core/ids.ts'
import type { OrderView } from '../../worker/api/contract.ts'
import type { openOrderSocket } from '../../web/src/composables/order-socket.ts'
import { type StreamPorts, useOrderStream } from '../../web/src/composables/use-order-stream.ts'
import { orderId, serverOrder } from './support/orders.ts'

const id = orderId(3)
const wish = { id, lines: [{ sku: 'MUG', quantity: 1 }] }

type SocketOptions = Parameters<typeof openOrderSocket>[0]

function start(readOrder: StreamPorts['readOrder'] = () => Promise.resolve(null)) {
  const target = ref<OrderId | null>(id)
  const seen: { order: OrderView; epoch: number | undefined }[] = []
  const sockets: (SocketOptions & { closed: boolean })[] = []
  const issueTicket = vi.fn<StreamPorts['issueTicket']>(() => Promise.resolve({ ticket: 't-1' }))
  const scope = effectScope()
  const stream = scope.run(() =>
    useOrderStream(target, {
      readOrder,
      issueTicket,
      onOrder: (order, epoch) => seen.push({ order, epoch }),
      openSocket(options) {
        const socket = { ...options, closed: false }
        sockets.push(socket)
        return { close: () => (socket.closed = true) }
      },
    }),
  )
  if (!stream) throw new Error('the scope is gone')
  const socket = () => {
    const last = sockets.at(-1)
    if (!last) throw new Error('no socket was opened')
    return last
  }
  return { target, seen, sockets, socket, scope, issueTicket, connection: stream.connection }
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('the socket', () => {
  it('gets a new ticket for each connection, on this origin (L1)', async () => {
    const { socket, issueTicket } = start()
    const url = new URL(await socket().url())
    await socket().url()
    expect(issueTicket).toHaveBeenCalledTimes(2)
    expect(url.protocol).toMatch(/^wss?:$/)
    expect(url.pathname + url.search).toBe(`/api/orders/${id}/socket?ticket=t-1`)
  })

  it('hands on each message with its epoch', () => {
    const { socket, seen } = start()
    const order = serverOrder(wish, { version: 4 })
    socket().onMessage({ type: 'update', epoch: 2, version: 4, order })
    expect(seen).toEqual([{ order, epoch: 2 }])
  })

  it('is live when open, reconnecting when down', () => {
    const { socket, connection } = start()
    expect(connection.value).toBe('connecting')
    socket().onOpen()
    expect(connection.value).toBe('live')
    socket().onDown()
    expect(connection.value).toBe('reconnecting')
  })

  it('is closed once there is nothing left to follow, and opened again for a return (L2)', async () => {
    const { target, socket, sockets, connection } = start()
    target.value = null
    await nextTick()
    expect(socket().closed).toBe(true)
    expect(connection.value).toBe('closed')
    target.value = id
    await nextTick()
    expect(sockets).toHaveLength(2)
  })

  it('is closed with the page', () => {
    const { scope, socket } = start()
    scope.stop()
    expect(socket().closed).toBe(true)
  })
})

describe('polling (L3)', () => {
  it('asks every 2 s while the socket is down, with the ETag of the last answer', async () => {
    const order = serverOrder(wish, { version: 5 })
    const readOrder = vi
      .fn<StreamPorts['readOrder']>()
      .mockResolvedValueOnce({ order, etag: '"5"' })
      .mockResolvedValue(null)
    const { socket, seen } = start(readOrder)
    socket().onDown()
    await vi.advanceTimersByTimeAsync(4_100)
    expect(readOrder.mock.calls).toEqual([
      [id, undefined],
      [id, '"5"'],
    ])
    expect(seen).toEqual([{ order, epoch: undefined }])
  })

  it('goes on after an answer that was lost', async () => {
    const readOrder = vi.fn<StreamPorts['readOrder']>().mockRejectedValue(new Error('lost'))
    const { socket } = start(readOrder)
    socket().onDown()
    await vi.advanceTimersByTimeAsync(6_100)
    expect(readOrder).toHaveBeenCalledTimes(3)
  })

  it('begins by itself where no socket ever opens or fails', async () => {
    const readOrder = vi.fn<StreamPorts['readOrder']>().mockResolvedValue(null)
    start(readOrder)
    await vi.advanceTimersByTimeAsync(2_100)
    expect(readOrder).toHaveBeenCalledTimes(1)
  })

  it('stops while the socket is open', async () => {
    const readOrder = vi.fn<StreamPorts['readOrder']>().mockResolvedValue(null)
    const { socket } = start(readOrder)
    socket().onOpen()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(readOrder).not.toHaveBeenCalled()
  })

  it('stops with the page, and an answer that comes later is dropped', async () => {
    const order = serverOrder(wish)
    const readOrder = vi.fn<StreamPorts['readOrder']>(
      () => new Promise((resolve) => setTimeout(() => resolve({ order, etag: null }), 500)),
    )
    const { scope, seen } = start(readOrder)
    await vi.advanceTimersByTimeAsync(2_100)
    scope.stop()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(readOrder).toHaveBeenCalledTimes(1)
    expect(seen).toEqual([])
  })
})
