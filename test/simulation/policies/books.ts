/** What became of the orders, counted. */
import type { Order } from './order.ts'

/** Confirmed, or not because of the card: what the shopper asked for is certain. */
export type Ending = 'confirmed' | 'declined' | 'failed' | 'gave-up'

export class Books {
  readonly endings: Record<Ending, number> = { confirmed: 0, declined: 0, failed: 0, 'gave-up': 0 }
  readonly tookMs: number[] = []
  /** Orders that were refused at intake at least once, and how often in all. */
  refusedOrders = 0
  refusals = 0
  readonly compensations = { begun: 0, completed: 0, parked: 0, byOperator: 0, lost: 0 }
  /** What follows a confirmation: holds that are made final. */
  readonly commits = { begun: 0, completed: 0, lost: 0 }

  ended(order: Order, ending: Ending, nowMs: number): void {
    this.endings[ending] += 1
    this.tookMs.push(nowMs - order.fromMs)
  }

  refused(isFirst: boolean): void {
    this.refusals += 1
    if (isFirst) this.refusedOrders += 1
  }
}
