/**
 * How a good client asks: what was not answered is sent again, word for word, until it is. That
 * is safe, since placing carries its idempotency key and the other requests may be repeated.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { UnexpectedAnswer } from '../client/http.ts'
import type { LocalShop } from '../local/start-local.ts'
import type { Server } from './server.ts'

const PAUSE_MS = 250
const GIVE_UP_AFTER_MS = 180_000
/** What `fetch` says when the other end is gone, before or in the middle of an answer. */
const GONE = ['fetch failed', 'terminated']

/** The shop could not do it now. */
export class NotNow extends Error {}

export type Ask = <Result>(send: (shop: LocalShop) => Promise<Result>) => Promise<Result>
export type Patience = { ask: Ask; repeats: Map<string, number> }

/** Why to send it again, or null where an answer came and is final. */
function reasonToRepeat(error: unknown): string | null {
  if (error instanceof NotNow) return error.message
  if (error instanceof UnexpectedAnswer) return error.status >= 500 ? `${error.status}` : null
  if (error instanceof TypeError && GONE.includes(error.message)) return 'no answer'
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'timeout'
  return null
}

export function patientWith(server: Pick<Server, 'running'>): Patience {
  const repeats = new Map<string, number>()
  return {
    repeats,
    async ask(send) {
      const giveUpAtMs = Date.now() + GIVE_UP_AFTER_MS
      for (;;) {
        const shop = await server.running()
        try {
          return await send(shop)
        } catch (error) {
          const reason = reasonToRepeat(error)
          if (reason === null || Date.now() > giveUpAtMs) throw error
          repeats.set(reason, (repeats.get(reason) ?? 0) + 1)
          await delay(PAUSE_MS)
        }
      }
    },
  }
}
