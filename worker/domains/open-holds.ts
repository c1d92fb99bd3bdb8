/** A page of the orders whose hold is neither final nor released. */
import * as z from 'zod'
import type { OrderId } from '../../durable-objects/core/ids.ts'
import { orderIdSchema } from '../../durable-objects/core/messages.ts'
import type { OpenHold, Page } from './reads.ts'

const PAGE_ITEMS_MAX = 500

const rowsSchema = z.array(z.object({ order_id: orderIdSchema }))

/** A table of the domain with the columns `order_id` and `status`, and the step that fills it. */
export type Holds = { table: string; step: string }

export async function openHoldsIn(
  db: D1Database,
  holds: Holds,
  after: OrderId | null,
  limit: number,
): Promise<Page<OpenHold>> {
  const size = pageSize(limit)
  const { results } = await db
    .prepare(
      `select distinct order_id from ${holds.table}
       where status = 'held' and order_id > ?1 order by order_id limit ?2`,
    )
    .bind(after ?? '', size)
    .all()
  const items = rowsSchema
    .parse(results)
    .map(({ order_id: orderId }) => ({ orderId, step: holds.step }))
  return pageOf(items, size)
}

export const pageSize = (limit: number): number =>
  Math.min(Math.max(Math.trunc(limit), 1), PAGE_ITEMS_MAX)

/** A full page may have a successor; a short one is the last. */
export function pageOf<Item extends { orderId: OrderId }>(items: Item[], size: number): Page<Item> {
  return { items, next: items.length < size ? null : (items.at(-1)?.orderId ?? null) }
}
