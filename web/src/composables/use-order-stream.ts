/**
 * Follows one order: over a WebSocket, and by asking every 2 s while there is none.
 *
 * L1. Each connection gets a ticket of its own; a ticket is good once.
 * L2. A settled order is not followed: the server closes with 1000, and nothing reconnects. Whether it
 *     is settled only its state says: where the last message was lost, the page asks (L3).
 * L3. While the socket is down the page polls, so it is never more than 2 s behind for long.
 */
import { type Ref, onScopeDispose, ref, watch } from 'vue'
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import type { OrderView, ServerMessage } from '../../../worker/api/contract.ts'
import { issueSocketTicket, readOrder } from '../api/shop-api.ts'
import { type OrderSocket, openOrderSocket } from './order-socket.ts'

export type Connection = 'connecting' | 'live' | 'reconnecting' | 'closed'

export type StreamPorts = {
  openSocket: typeof openOrderSocket
  issueTicket(id: OrderId): Promise<{ ticket: string }>
  readOrder: typeof readOrder
  onOrder(order: OrderView, epoch?: number): void
}

const nothing = (): void => {}

const POLL_EVERY_MS = 2_000

/** `target` is the order to follow, or null while there is nothing to follow. */
export function useOrderStream(
  target: Ref<OrderId | null>,
  ports: Pick<StreamPorts, 'onOrder'> & Partial<StreamPorts>,
): { connection: Ref<Connection> } {
  const using: StreamPorts = {
    openSocket: openOrderSocket,
    issueTicket: issueSocketTicket,
    readOrder,
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
  let open = false
  let stopped = false
  let etag: string | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  show('connecting')

  async function poll(): Promise<void> {
    try {
      const found = await ports.readOrder(id, etag ?? undefined)
      if (stopped || !found) return
      etag = found.etag
      ports.onOrder(found.order)
    } catch {
      // The next round asks again; the page says that it is reconnecting.
    }
  }

  function pollLater(): void {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (stopped || open) return
      void poll().then(() => {
        if (!stopped && !open) pollLater()
      })
    }, POLL_EVERY_MS)
  }

  const socket: OrderSocket = ports.openSocket({
    url: async () => socketUrl(id, (await ports.issueTicket(id)).ticket),
    onOpen() {
      open = true
      show('live')
    },
    onDown() {
      if (stopped) return
      open = false
      show('reconnecting')
      pollLater()
    },
    onMessage(message: ServerMessage) {
      ports.onOrder(message.order, message.epoch)
    },
  })
  // Until the first connection stands, too: some networks let no socket through, silently.
  pollLater()

  return () => {
    stopped = true
    clearTimeout(timer)
    socket.close()
  }
}

function socketUrl(id: OrderId, ticket: string): string {
  const url = new URL(`/api/orders/${id}/socket`, location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  url.searchParams.set('ticket', ticket)
  return url.href
}
