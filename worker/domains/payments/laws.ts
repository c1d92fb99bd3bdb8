/** What holds between the payments' own tables, whatever the provider does. */
import { sql } from 'drizzle-orm'
import type { Law } from '../laws.ts'

export const laws: Law[] = [
  {
    law: 'a charge is captured if and only if its operation is processed',
    broken: sql`
      select c.saga_id as subject, c.status || ', operation ' || coalesce(o.status, 'none') as detail
      from charge c left join operation o
        on o.saga_id = c.saga_id and o.step = 'charge-card' and o.direction = 'action'
      where o.status is not case c.status
        when 'calling' then 'received' when 'captured' then 'processed' else 'failed' end`,
  },
  {
    law: 'a refund is made if and only if its operation is processed',
    broken: sql`
      select r.saga_id as subject, r.status || ', operation ' || coalesce(o.status, 'none') as detail
      from refund r left join operation o
        on o.saga_id = r.saga_id and o.step = 'refund-card' and o.direction = 'action'
      where o.status is not case r.status
        when 'calling' then 'received' else 'processed' end`,
  },
  {
    law: 'refunds of an order <= its captured charge, in one currency',
    broken: sql`
      select r.order_id as subject,
        sum(r.amount) || ' ' || r.currency || ' refunded of ' || coalesce(c.amount, 0) as detail
      from refund r left join charge c on c.order_id = r.order_id and c.status = 'captured'
        and c.currency = r.currency
      where r.status = 'refunded'
      group by r.order_id, r.currency, c.amount having sum(r.amount) > coalesce(c.amount, 0)`,
  },
]
