/** What the provider's ledger says of each order's money. */
import * as z from 'zod'
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import { orderIdSchema } from '../../../durable-objects/core/messages.ts'
import { pageOf, pageSize } from '../holds.ts'
import type { Page, PaymentRecord } from '../reads.ts'

const rowsSchema = z.array(
  z.object({
    orderId: orderIdSchema,
    captures: z.int(),
    captured: z.int(),
    refunded: z.int(),
    currency: z.string(),
  }),
)

/** Orders with a capture, whether or not the provider has told of it yet. */
export async function paymentsIn(
  ledger: D1Database,
  after: OrderId | null,
  limit: number,
): Promise<Page<PaymentRecord>> {
  const size = pageSize(limit)
  const { results } = await ledger
    .prepare(
      `select c.order_id as orderId, count(*) as captures, sum(c.amount) as captured,
         coalesce(sum((
           select sum(r.amount) from ledger_refund r where r.charge_key = c.key)), 0) as refunded,
         min(c.currency) as currency
       from ledger_charge c
       where c.status = 'captured' and c.order_id > ?1
       group by c.order_id order by c.order_id limit ?2`,
    )
    .bind(after ?? '', size)
    .all()
  return pageOf(rowsSchema.parse(results), size)
}
