/** A page of the orders that a domain knows of, by the barrier's table. */
import * as z from 'zod'
import type { OrderId } from '../../durable-objects/core/ids.ts'
import { orderIdSchema } from '../../durable-objects/core/messages.ts'
import { pageOf, pageSize } from './holds.ts'
import type { Page } from './reads.ts'

const rowsSchema = z.array(z.object({ orderId: orderIdSchema }))

/** An order's first saga bears the order's id; the key's index alone answers this, in its order. */
export const ORDER_IDS = `
  select distinct saga_id as orderId from operation
  where saga_id > ?1 and instr(saga_id, ':') = 0 order by saga_id limit ?2`

export async function orderIdsIn(
  db: D1Database,
  after: OrderId | null,
  limit: number,
): Promise<Page<{ orderId: OrderId }>> {
  const size = pageSize(limit)
  const { results } = await db
    .prepare(ORDER_IDS)
    .bind(after ?? '', size)
    .all()
  return pageOf(rowsSchema.parse(results), size)
}
