/** Requests that wait for an order's outcome, for as long as its object lives. */
import type { OrderState } from './order/state.ts'
import { hasOutcome } from './order/status.ts'

export class OutcomeWaits {
  readonly #waiting = new Set<() => void>()

  /** After each transition. */
  notice(order: OrderState | null): void {
    if (!order || !hasOutcome(order)) return
    for (const end of this.#waiting) end()
  }

  /** Until there is an outcome, or for `waitMs`. */
  async within(waitMs: number, order: OrderState): Promise<void> {
    if (hasOutcome(order)) return
    const { promise, resolve: end } = Promise.withResolvers<void>()
    const timer = setTimeout(end, waitMs)
    this.#waiting.add(end)
    await promise
    this.#waiting.delete(end)
    clearTimeout(timer)
  }
}
