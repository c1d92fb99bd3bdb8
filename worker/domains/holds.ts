/** A page of the orders that have held something here, and what became of it. */
import * as z from 'zod'
import type { OrderId } from '../../durable-objects/core/ids.ts'
import { orderIdSchema } from '../../durable-objects/core/messages.ts'
import { HOLD_STATES, type Hold, type Page } from './reads.ts'

const PAGE_ITEMS_MAX = 500

const rowsSchema = z.array(z.object({ orderId: orderIdSchema, state: z.enum(HOLD_STATES) }))

/** A table of the domain with the columns `order_id` and `status`, and the step that fills it. */
export type Holds = { table: string; step: string }

/** Of an order with several rows: open as long as one is. Final has a name of its own in each domain. */
export async function holdsIn(
  db: D1Database,
  { table }: Holds,
  after: OrderId | null,
  limit: number,
): Promise<Page<Hold>> {
  const size = pageSize(limit)
  const { results } = await db
    .prepare(
      `select order_id as orderId, case
         when max(status = 'held') then 'held'
         when max(status not in ('released', 'returned')) then 'final'
         when max(status = 'returned') then 'returned'
         else 'released' end as state
       from ${table} where order_id > ?1 group by order_id order by order_id limit ?2`,
    )
    .bind(after ?? '', size)
    .all()
  return pageOf(rowsSchema.parse(results), size)
}

export const pageSize = (limit: number): number =>
  Math.min(Math.max(Math.trunc(limit), 1), PAGE_ITEMS_MAX)

/** A full page may have a successor; a short one is the last. */
export function pageOf<Item extends { orderId: OrderId }>(items: Item[], size: number): Page<Item> {
  return { items, next: items.length < size ? null : (items.at(-1)?.orderId ?? null) }
}
