/** What is compared: how orders are carried out over domains that fail. */
import type { Books } from './books.ts'
import type { Order } from './order.ts'
import type { World } from './world.ts'

export type Policy = {
  /** Takes the order in, or says after how many seconds to try again. */
  place(order: Order, answered: (retryAfterS: number | null) => void): void
  /** Whether promises may be waiting to go on. */
  takeBusy(): boolean
}

export type NewPolicy = (world: World, books: Books) => Policy
