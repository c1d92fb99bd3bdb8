/**
 * The one object that pages watch to hear which services are out of order. Breakers tell it when they
 * change, and it tells everybody, by hibernating sockets.
 *
 * U17. It says what it was told last, and may have missed something: pages also ask by themselves
 *      (`GET /api/status`), which the breakers answer.
 */
import { DurableObject } from 'cloudflare:workers'
import * as z from 'zod'
import type { ServiceStatus, StatusMessage } from '../worker/api/status-contract.ts'
import { DOMAINS } from '../worker/domains/reads.ts'
import { type BreakerNews, type StatusBoardRpc, breakerNewsSchema } from './breaker-rpc.ts'
import { CLOSE_NORMAL, CLOSE_UNSUPPORTED } from './close-codes.ts'
import { logWarning } from './log.ts'

/** The platform's limit is above; who comes later asks instead. */
const SOCKETS_MAX = 30_000
/** So that nobody has them all. An office has fewer pages open. */
export const SOCKETS_PER_ADDRESS_MAX = 500
const KEY = 'news'

/** By domain, on this object's clock. */
const knownSchema = z.record(
  z.string(),
  z.object({ isClosed: z.boolean(), isHeld: z.boolean().default(false), openUntilMs: z.int() }),
)
type Known = z.infer<typeof knownSchema>

export class StatusBoard extends DurableObject<unknown> implements StatusBoardRpc {
  #known: Known

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env)
    this.#known = knownSchema.safeParse(ctx.storage.kv.get(KEY)).data ?? {}
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
  }

  /** Safe to repeat: it is what is, not what became of it. */
  async tell(news: BreakerNews): Promise<void> {
    const { domain, state, openForMs, isHeld } = breakerNewsSchema.parse(news)
    const openUntilMs = Date.now() + openForMs
    const isClosed = state === 'closed'
    this.#known = { ...this.#known, [domain]: { isClosed, isHeld, openUntilMs } }
    this.ctx.storage.kv.put(KEY, this.#known)
    for (const socket of this.ctx.getWebSockets()) this.#say(socket)
  }

  /** Opens a socket: 101, or 503 when there are too many, or 429 when there are of the address in `?of=`. */
  override async fetch({ url }: Request): Promise<Response> {
    const tags = new URL(url).searchParams.getAll('of')
    if (this.ctx.getWebSockets().length >= SOCKETS_MAX) return new Response(null, { status: 503 })
    if (tags.some((tag) => this.ctx.getWebSockets(tag).length >= SOCKETS_PER_ADDRESS_MAX)) {
      return new Response(null, { status: 429 })
    }
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server, tags)
    this.#say(server)
    return new Response(null, { status: 101, webSocket: client })
  }

  /** Nothing is expected of a page but pings, which never come here. */
  override async webSocketMessage(socket: WebSocket): Promise<void> {
    socket.close(CLOSE_UNSUPPORTED, 'not understood')
  }

  /** With a code of ours: what a client says may be none that can be sent back. */
  override async webSocketClose(socket: WebSocket): Promise<void> {
    socket.close(CLOSE_NORMAL)
  }

  #say(socket: WebSocket): void {
    const message: StatusMessage = { type: 'status', services: this.#services() }
    try {
      socket.send(JSON.stringify(message))
    } catch (error) {
      // It closed a moment ago; its page comes back.
      logWarning('status-socket-gone', {}, error)
    }
  }

  #services(): ServiceStatus['services'] {
    const nowMs = Date.now()
    return DOMAINS.map((service) => {
      const { isClosed = true, isHeld = false, openUntilMs = 0 } = this.#known[service] ?? {}
      const openForMs = isClosed ? 0 : Math.max(0, openUntilMs - nowMs)
      const state = isClosed ? 'closed' : isHeld || openForMs > 0 ? 'open' : 'half-open'
      return { service, state, retryAfterS: Math.ceil(openForMs / 1_000) }
    })
  }
}
