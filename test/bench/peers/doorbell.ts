/**
 * How the handler of a request learns what became of its workflow: Workflows themselves can only
 * be polled. One object for all orders, nothing in storage: it costs an order three calls.
 *
 * Its memory is gone ten seconds after the last call, so it counts what is open, which is nothing
 * by then.
 */
import { DurableObject } from 'cloudflare:workers'

export type Outcome = 'confirmed' | 'compensated'

export class Doorbell extends DurableObject {
  readonly #open = new Map<string, PromiseWithResolvers<Outcome>>()

  /** Answers when it rings for this order. */
  wait(orderId: string): Promise<Outcome> {
    const waiting = Promise.withResolvers<Outcome>()
    this.#open.set(orderId, waiting)
    return waiting.promise
  }

  /** `isEnd`: nothing of this order moves any more. */
  ring(orderId: string, outcome: Outcome, isEnd: boolean): void {
    this.#open.get(orderId)?.resolve(outcome)
    if (isEnd) this.#open.delete(orderId)
  }

  /** How many orders have begun and not ended. */
  open(): number {
    return this.#open.size
  }
}
