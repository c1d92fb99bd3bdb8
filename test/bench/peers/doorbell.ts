/**
 * How the handler of a request learns what became of its workflow: Workflows themselves can only
 * be polled. One object for all orders, nothing in storage: it costs an order two or three calls.
 */
import { DurableObject } from 'cloudflare:workers'

export type Outcome = 'confirmed' | 'compensated'

export class Doorbell extends DurableObject {
  readonly #waiting = new Map<string, PromiseWithResolvers<Outcome>>()
  #ended = 0

  /** Answers when it rings for this order. */
  wait(orderId: string): Promise<Outcome> {
    const waiting = Promise.withResolvers<Outcome>()
    this.#waiting.set(orderId, waiting)
    return waiting.promise
  }

  /** `isEnd`: nothing of this order moves any more. */
  ring(orderId: string, outcome: Outcome, isEnd: boolean): void {
    if (isEnd) this.#ended += 1
    this.#waiting.get(orderId)?.resolve(outcome)
    this.#waiting.delete(orderId)
  }

  /** How many orders have ended since the start. */
  ended(): number {
    return this.#ended
  }
}
