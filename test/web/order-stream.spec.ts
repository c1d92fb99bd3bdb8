import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import type { OrderId } from '../../durable-objects/core/ids.ts'
import type { OrderView } from '../../worker/api/contract.ts'
import type { openEventStream } from '../../web/src/composables/order-channels/event-stream.ts'
import type { openOrderSocket } from '../../web/src/composables/order-channels/socket.ts'
import {
  type StreamPorts,
  useOrderStream,
} from '../../web/src/composables/order-channels/use-order-stream.ts'
import { orderId, serverOrder } from './support/orders.ts'

const id = orderId(3)
const wish = { id, lines: [{ sku: 'MUG', quantity: 1 }] }

type SocketOptions = Parameters<typeof openOrderSocket>[0]
type EventsOptions = Parameters<typeof openEventStream>[0]

function start(readOrder: StreamPorts['readOrder'] = () => Promise.resolve(null)) {
  const target = ref<OrderId | null>(id)
  const seen: OrderView[] = []
  const streams: (EventsOptions & { closed: boolean })[] = []
  const sockets: (SocketOptions & { closed: boolean })[] = []
  const issueTicket = vi.fn<StreamPorts['issueTicket']>(() => Promise.resolve({ ticket: 't-1' }))
  const scope = effectScope()
  const stream = scope.run(() =>
    useOrderStream(target, {
      readOrder,
      issueTicket,
      onOrder: (order) => void seen.push(order),
      random: () => 0,
      openEvents(options) {
        const opened = { ...options, closed: false }
        streams.push(opened)
        return { close: () => (opened.closed = true) }
      },
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
  return {
    target,
    seen,
    sockets,
    streams,
    socket,
    scope,
    issueTicket,
    connection: stream.connection,
  }
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

  it('hands on each message', () => {
    const { socket, seen } = start()
    const order = serverOrder(wish, { version: 4 })
    socket().onMessage({ type: 'update', epoch: 2, version: 4, order })
    expect(seen).toEqual([order])
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
  it('asks while the socket is down, with the ETag of the last answer, and less often while nothing is new', async () => {
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
    await vi.advanceTimersByTimeAsync(2_800)
    expect(readOrder).toHaveBeenCalledTimes(2)
    await vi.advanceTimersByTimeAsync(200)
    expect(readOrder).toHaveBeenCalledTimes(3)
    expect(seen).toEqual([order])
  })

  it('goes on after an answer that was lost', async () => {
    const readOrder = vi.fn<StreamPorts['readOrder']>().mockRejectedValue(new Error('lost'))
    const { socket } = start(readOrder)
    socket().onDown()
    await vi.advanceTimersByTimeAsync(9_600)
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

describe('server-sent events', () => {
  it('are opened once the socket has failed twice, and asking ends when they are open', async () => {
    const readOrder = vi.fn<StreamPorts['readOrder']>().mockResolvedValue(null)
    const { socket, streams, connection } = start(readOrder)
    socket().onDown()
    expect(streams).toHaveLength(0)
    socket().onDown()
    expect(streams).toHaveLength(1)
    expect(connection.value).toBe('reconnecting')
    await vi.advanceTimersByTimeAsync(2_100)
    expect(readOrder).toHaveBeenCalledTimes(1)
    expect(connection.value).toBe('polling')
    streams[0]?.onOpen()
    expect(connection.value).toBe('live')
    await vi.advanceTimersByTimeAsync(30_000)
    expect(readOrder).toHaveBeenCalledTimes(1)
  })

  it('are opened where no socket ever opens or fails', async () => {
    const { streams } = start()
    await vi.advanceTimersByTimeAsync(4_900)
    expect(streams).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(200)
    expect(streams).toHaveLength(1)
  })

  it('hand on each message, and are closed when the socket opens after all', () => {
    const { socket, streams, seen } = start()
    socket().onDown()
    socket().onDown()
    const order = serverOrder(wish, { version: 4 })
    streams[0]?.onMessage({ type: 'update', epoch: 1, version: 4, order })
    expect(seen).toEqual([order])
    socket().onOpen()
    expect(streams[0]?.closed).toBe(true)
  })

  it('are closed with the page', () => {
    const { socket, streams, scope } = start()
    socket().onDown()
    socket().onDown()
    scope.stop()
    expect(streams[0]?.closed).toBe(true)
  })

  it('that fail leave the page asking', async () => {
    const readOrder = vi.fn<StreamPorts['readOrder']>().mockResolvedValue(null)
    const { socket, streams } = start(readOrder)
    socket().onDown()
    socket().onDown()
    streams[0]?.onOpen()
    streams[0]?.onDown()
    await vi.advanceTimersByTimeAsync(2_100)
    expect(readOrder).toHaveBeenCalledTimes(1)
  })
})

it('who looks again, or is back in the network, does not wait for the next question', async () => {
  const readOrder = vi.fn<StreamPorts['readOrder']>().mockResolvedValue(null)
  const { socket, scope } = start(readOrder)
  window.dispatchEvent(new Event('online'))
  await vi.advanceTimersByTimeAsync(0)
  expect(readOrder).toHaveBeenCalledTimes(1)
  socket().onOpen()
  window.dispatchEvent(new Event('online'))
  scope.stop()
  window.dispatchEvent(new Event('online'))
  await vi.advanceTimersByTimeAsync(0)
  expect(readOrder).toHaveBeenCalledTimes(1)
})
