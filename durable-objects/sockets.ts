/**
 * The order's hibernating WebSockets. They carry the whole order each time, so a client that
 * missed a message needs the next one only.
 */
import { type ServerMessage, clientMessageSchema } from '../worker/api/contract.ts'
import { CLOSE_NORMAL, CLOSE_TRY_AGAIN, CLOSE_UNSUPPORTED } from './close-codes.ts'
import { logWarning } from './log.ts'

/** Tabs and devices that may watch one order; the oldest make room for a newer one. */
const SOCKETS_MAX = 32

export class Sockets {
  readonly #ctx: DurableObjectState

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
  }

  accept(snapshot: ServerMessage): Response {
    for (const socket of this.#open().slice(SOCKETS_MAX - 1)) {
      socket.close(CLOSE_TRY_AGAIN, 'too many sockets')
    }
    const { 0: client, 1: server } = new WebSocketPair()
    this.#ctx.acceptWebSocket(server)
    this.#say(server, snapshot)
    return new Response(null, { status: 101, webSocket: client })
  }

  broadcast(update: () => ServerMessage): void {
    const sockets = this.#open()
    if (sockets.length === 0) return
    const message = update()
    for (const socket of sockets) this.#say(socket, message)
  }

  /** A client says what it knows; one that is behind gets the snapshot. */
  resume(socket: WebSocket, said: string | ArrayBuffer, snapshot: ServerMessage): void {
    const message = clientMessageSchema.safeParse(parseJson(said))
    if (!message.success) return socket.close(CLOSE_UNSUPPORTED, 'not understood')
    if (message.data.after !== snapshot.version) this.#say(socket, snapshot)
  }

  /** The newest first. One that was closed stays with the object until its client has answered. */
  #open(): WebSocket[] {
    return this.#ctx.getWebSockets().filter(({ readyState }) => readyState === WebSocket.OPEN)
  }

  #say(socket: WebSocket, message: ServerMessage): void {
    try {
      socket.send(JSON.stringify(message))
      if (message.order.settled) socket.close(CLOSE_NORMAL, 'settled')
    } catch (error) {
      // It closed a moment ago; its owner comes back for a snapshot.
      logWarning('socket-gone', { orderId: message.order.id }, error)
    }
  }
}

function parseJson(said: string | ArrayBuffer): unknown {
  if (typeof said !== 'string') return null
  try {
    return JSON.parse(said)
  } catch {
    return null
  }
}
