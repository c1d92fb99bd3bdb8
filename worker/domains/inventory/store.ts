/**
 * The inventory's guards and effects.
 *
 * N1. A reservation is of all lines or of none, and never beyond what is available.
 * N2. Amounts come from the command, and must be those that the order holds: the saga log and the
 *     hold cannot drift apart unnoticed.
 */
import { sql } from 'drizzle-orm'
import { type BarrierStep, type Work, defineStep } from '../barrier.ts'
import { type Law, heldOnlyIfGranted, nothingUndecided } from '../laws.ts'
import type { Holds } from '../open-holds.ts'
import { given } from '../statement.ts'
import { linesSchema } from './rules.ts'

const demand = sql`(
  select value ->> 'sku' as sku, sum(value ->> 'quantity') as quantity
  from json_each(${given.input}, '$.lines') group by 1)`

/** The lines are exactly what the order has in `status`, and all of it (N2). */
const mustBe = (status: 'held' | 'sold', code: string) => sql`
  select ${code} where exists (
    select 1 from ${demand} d
    full join (
      select sku, quantity from reservation
      where order_id = ${given.orderId} and status = ${status}) r on r.sku = d.sku
    where r.quantity is not d.quantity)`

const markLines = (from: 'held' | 'sold', to: 'sold' | 'released' | 'returned') => sql`
  update reservation set status = ${to}
  where order_id = ${given.orderId} and status = ${from}
    and sku in (select d.sku from ${demand} d)`

const reserve: Work = {
  rejection: sql`
    select case
      when count(s.sku) < count(*) then 'unknown-sku'
      when min(s.on_hand - s.reserved - d.quantity) < 0 then 'out-of-stock'
    end
    from ${demand} d left join stock s on s.sku = d.sku`,
  effects: (when) => [
    sql`insert into reservation (order_id, sku, quantity, status)
        select ${given.orderId}, d.sku, d.quantity, 'held' from ${demand} d where ${when}`,
    sql`update stock set reserved = reserved + d.quantity
        from ${demand} d where d.sku = stock.sku and ${when}`,
  ],
}

const release: Work = {
  rejection: mustBe('held', 'not-held'),
  effects: (when) => [
    sql`update stock set reserved = reserved - d.quantity
        from ${demand} d where d.sku = stock.sku and ${when}`,
    sql`${markLines('held', 'released')} and ${when}`,
  ],
}

const commit: Work = {
  rejection: mustBe('held', 'not-held'),
  effects: (when) => [
    sql`update stock set on_hand = on_hand - d.quantity, reserved = reserved - d.quantity,
          sold = sold + d.quantity
        from ${demand} d where d.sku = stock.sku and ${when}`,
    sql`${markLines('held', 'sold')} and ${when}`,
  ],
}

const restock: Work = {
  rejection: mustBe('sold', 'not-sold'),
  effects: (when) => [
    sql`update stock set on_hand = on_hand + d.quantity, sold = sold - d.quantity
        from ${demand} d where d.sku = stock.sku and ${when}`,
    sql`${markLines('sold', 'returned')} and ${when}`,
  ],
}

export const steps: Record<string, BarrierStep> = {
  'reserve-stock': defineStep({
    kind: 'compensatable',
    input: linesSchema,
    action: reserve,
    compensation: release,
  }),
  'commit-stock': defineStep({ kind: 'retriable', input: linesSchema, action: commit }),
  restock: defineStep({ kind: 'retriable', input: linesSchema, action: restock }),
}

/** The counter of each SKU beside the sum of what orders have in `status`. */
const counterIsSum = (counter: 'reserved' | 'sold', status: 'held' | 'sold') => sql`
  select s.sku as subject, s.${sql.identifier(counter)} || ' <> ' || coalesce(r.units, 0) as detail
  from stock s left join (
    select sku, sum(quantity) as units from reservation where status = ${status} group by sku
  ) r on r.sku = s.sku
  where s.${sql.identifier(counter)} <> coalesce(r.units, 0)`

export const holds: Holds = { table: 'reservation', step: 'reserve-stock' }

export const laws: Law[] = [
  nothingUndecided,
  heldOnlyIfGranted(holds),
  {
    law: 'received = on hand + sold',
    broken: sql`
      select sku as subject, received || ' <> ' || on_hand || ' + ' || sold as detail
      from stock where received <> on_hand + sold`,
  },
  {
    law: 'reserved = sum of held reservations',
    broken: counterIsSum('reserved', 'held'),
  },
  {
    law: 'sold = sum of sold reservations',
    broken: counterIsSum('sold', 'sold'),
  },
  {
    law: 'an order has all of its lines in one state',
    broken: sql`
      select order_id as subject, group_concat(status) as detail
      from reservation group by order_id having count(distinct status) > 1`,
  },
]
