/**
 * The inventory's guards and effects.
 *
 * N1. A reservation is of all lines or of none, and never beyond what is available.
 * N2. Amounts come from the command, and must be those that the order holds: the saga log and the
 *     hold cannot drift apart unnoticed.
 */
import { type SQL, sql } from 'drizzle-orm'
import { type BarrierStep, type Work, defineStep } from '../barrier.ts'
import { type Law, compensatedIfAgreed, heldOnlyIfGranted } from '../laws.ts'
import type { Holds } from '../holds.ts'
import { given } from '../statement.ts'
import { linesSchema } from './rules.ts'

const lines = sql`json_each(${given.input}, '$.lines') line`
const sku = sql`line.value ->> 'sku'`
const units = sql`sum(line.value ->> 'quantity')`

/** Of the command at hand, by SKU. */
const demand = sql`(select ${sku} as sku, ${units} as quantity from ${lines} group by 1)`

/** Of all that are granted, by order and SKU. */
const demandOf = (granted: SQL): SQL => sql`(
  select ${given.orderId} as order_id, ${sku} as sku, ${units} as quantity
  from ${granted}, ${lines} group by 1, 2)`

/** What all that are granted change of each SKU: `quantity` in `changes`. */
const changeStock = (changes: SQL, granted: SQL): SQL => sql`
  update stock set ${changes}
  from (select sku, sum(quantity) as quantity from ${demandOf(granted)} group by 1) d
  where d.sku = stock.sku`

/** The lines are exactly what the order has in `status`, and all of it (N2). */
const mustBe = (status: 'held' | 'sold', code: string) => sql`
  select ${code} where exists (
    select 1 from ${demand} d
    full join (
      select sku, quantity from reservation
      where order_id = ${given.orderId} and status = ${status}) r on r.sku = d.sku
    where r.quantity is not d.quantity)`

const markLines = (
  granted: SQL,
  from: 'held' | 'sold',
  to: 'sold' | 'released' | 'returned',
): SQL => sql`
  update reservation set status = ${to} from ${demandOf(granted)} d
  where reservation.order_id = d.order_id and reservation.sku = d.sku
    and reservation.status = ${from}`

const reserve: Work = {
  rejection: sql`
    select case
      when count(s.sku) < count(*) then 'unknown-sku'
      when min(s.on_hand - s.reserved - d.quantity) < 0 then 'out-of-stock'
    end
    from ${demand} d left join stock s on s.sku = d.sku`,
  effects: (granted) => [
    sql`insert into reservation (order_id, sku, quantity, status)
        select order_id, sku, quantity, 'held' from ${demandOf(granted)}`,
    changeStock(sql`reserved = reserved + d.quantity`, granted),
  ],
}

const release: Work = {
  rejection: mustBe('held', 'not-held'),
  effects: (granted) => [
    changeStock(sql`reserved = reserved - d.quantity`, granted),
    markLines(granted, 'held', 'released'),
  ],
}

const commit: Work = {
  rejection: mustBe('held', 'not-held'),
  effects: (granted) => [
    changeStock(
      sql`on_hand = on_hand - d.quantity, reserved = reserved - d.quantity, sold = sold + d.quantity`,
      granted,
    ),
    markLines(granted, 'held', 'sold'),
  ],
}

const restock: Work = {
  rejection: mustBe('sold', 'not-sold'),
  effects: (granted) => [
    changeStock(sql`on_hand = on_hand + d.quantity, sold = sold - d.quantity`, granted),
    markLines(granted, 'sold', 'returned'),
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
  heldOnlyIfGranted(holds),
  compensatedIfAgreed,
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
