/**
 * Follows one order, by whatever channel there is (choice.ts).
 *
 * L1. Each socket gets a ticket of its own; a ticket is good once.
 * L2. A settled order is not followed: the server closes with 1000, and nothing reconnects. Whether it
 *     is settled only its state says: where the last message was lost, the page asks (L3).
 * L3. While nothing else is open the page asks, so it is never far behind for long.
 */
import { type Ref, onScopeDispose, ref, watch } from 'vue'
import type { OrderId } from '../../../../durable-objects/core/ids.ts'
import type { OrderView } from '../../../../worker/api/contract.ts'
import { issueSocketTicket, readOrder } from '../../api/shop-api.ts'
import {
  type ChannelEvent,
  type Connection,
  NO_CHANNEL,
  afterEvent,
  connectionOf,
  wantsAnswers,
  wantsEvents,
} from './choice.ts'
import { type EventStream, openEventStream } from './event-stream.ts'
import { askAgain } from './questions.ts'
import { openOrderSocket } from './socket.ts'

export type StreamPorts = {
  openSocket: typeof openOrderSocket
  openEvents: typeof openEventStream
  issueTicket(id: OrderId): Promise<{ ticket: string }>
  readOrder: typeof readOrder
  random: () => number
  onOrder(order: OrderView): void
}

const nothing = (): void => {}

/** The network is back, or somebody looks again. `visibilitychange` comes up from the document. */
const WAKING = ['online', 'visibilitychange'] as const

/** After so long without an opening a socket is thought not to come through. */
const SOCKET_PATIENCE_MS = 5_000

/** `target` is the order to follow, or null while there is nothing to follow. */
export function useOrderStream(
  target: Ref<OrderId | null>,
  ports: Pick<StreamPorts, 'onOrder'> & Partial<StreamPorts>,
): { connection: Ref<Connection> } {
  const using: StreamPorts = {
    openSocket: openOrderSocket,
    openEvents: openEventStream,
    issueTicket: issueSocketTicket,
    readOrder,
    random: Math.random,
    ...ports,
  }
  const connection = ref<Connection>('closed')
  let stop = nothing

  watch(
    target,
    (id) => {
      stop()
      stop = nothing
      connection.value = 'closed'
      if (id) stop = follow(id, using, (state) => (connection.value = state))
    },
    { immediate: true },
  )
  onScopeDispose(() => stop())

  return { connection }
}

/** Returns how to stop. */
function follow(id: OrderId, ports: StreamPorts, show: (state: Connection) => void): () => void {
  let channels = NO_CHANNEL
  let stopped = false
  let etag: string | null = null
  let events: EventStream | null = null

  const questions = askAgain(async () => {
    try {
      const found = await ports.readOrder(id, etag ?? undefined)
      if (stopped) return false
      happened('answered')
      if (!found) return false
      etag = found.etag
      ports.onOrder(found.order)
      return true
    } catch {
      // The next round asks again; the page says that it is reconnecting.
      happened('unanswered')
      return false
    }
  }, ports.random)

  function happened(event: ChannelEvent): void {
    if (stopped) return
    channels = afterEvent(channels, event)
    show(connectionOf(channels))
    if (!wantsEvents(channels)) {
      events?.close()
      events = null
    } else {
      events ??= ports.openEvents({
        id,
        onOpen: () => happened('events-open'),
        onDown: () => happened('events-down'),
        onMessage: ({ order }) => ports.onOrder(order),
      })
    }
    if (wantsAnswers(channels)) questions.start()
    else questions.stop()
  }

  const socket = ports.openSocket({
    url: async () => socketUrl(id, (await ports.issueTicket(id)).ticket),
    onOpen: () => happened('socket-open'),
    onDown: () => happened('socket-down'),
    onMessage: ({ order }) => ports.onOrder(order),
  })
  show(connectionOf(channels))
  questions.start()
  const woken = (): void => {
    if (document.visibilityState === 'visible') questions.hurry()
  }
  for (const event of WAKING) window.addEventListener(event, woken)
  const patience = setTimeout(() => happened('socket-late'), SOCKET_PATIENCE_MS)

  return () => {
    stopped = true
    clearTimeout(patience)
    for (const event of WAKING) window.removeEventListener(event, woken)
    questions.stop()
    events?.close()
    socket.close()
  }
}

function socketUrl(id: OrderId, ticket: string): string {
  const url = new URL(`/api/orders/${id}/socket`, location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  url.searchParams.set('ticket', ticket)
  return url.href
}
