/**
 * The coupons' guards and effects.
 *
 * K1. A hold counts against both limits from the moment it is made, so neither can be exceeded
 *     however many redeem at once.
 * K2. A coupon that was given back, by compensation or return, can be redeemed again.
 */
import { type SQL, sql } from 'drizzle-orm'
import { type BarrierStep, type Work, defineStep } from '../barrier.ts'
import { type Law, compensatedIfAgreed, heldOnlyIfGranted } from '../laws.ts'
import type { Holds } from '../holds.ts'
import { field, given } from '../statement.ts'
import { redeemSchema, redeemedSchema } from './rules.ts'

/**
 * Uses of coupon `code` by `customer` that count against the limit per customer; none where there is no limit:
 * who redeems with each order would be counted with each.
 */
export const usesBy = (code: SQL, customer: SQL, limit: SQL): SQL<number> => sql`(
  select count(*) from redemption r
  where ${limit} is not null
    and r.code = ${code} and r.customer = ${customer} and r.status in ('held', 'used'))`

/** What all that are granted change of each coupon: `g.uses` in `changes`. */
const count = (granted: SQL, changes: SQL): SQL => sql`
  update coupon set ${changes}
  from (select ${field('coupon')} as code, count(*) as uses from ${granted} group by 1) g
  where g.code = coupon.code`

const redeem: Work = {
  rejection: sql`
    select case
      when c.code is null then 'coupon-unknown'
      when ${given.nowMs} < c.valid_from_ms or ${given.nowMs} >= c.valid_until_ms
        then 'coupon-expired'
      when (c.minimum_subtotal > 0 or c.amount_off > 0) and asked.currency <> c.currency
        then 'coupon-other-currency'
      when asked.subtotal < c.minimum_subtotal then 'coupon-minimum-not-met'
      when ${usesBy(sql`asked.code`, sql`asked.customer`, sql`c.per_customer_limit`)} >= c.per_customer_limit
        then 'coupon-already-used'
      when c.held + c.redeemed >= c.total_limit then 'coupon-used-up'
    end
    from (select ${field('coupon')} as code, ${field('customer')} as customer,
                 ${field('subtotal.amount')} as subtotal,
                 ${field('subtotal.currency')} as currency) asked
    left join coupon c on c.code = asked.code`,
  effects: (granted) => [
    sql`insert into redemption (order_id, code, customer, status)
        select ${given.orderId}, ${field('coupon')}, ${field('customer')}, 'held' from ${granted}`,
    count(granted, sql`held = held + g.uses`),
  ],
  // The limit per customer is on rows that none of them is.
  apart: 'customer',
}

type Status = 'held' | 'used' | 'released' | 'returned'

const move = (granted: SQL, from: Status, to: Status): SQL => sql`
  update redemption set status = ${to} from ${granted}
  where redemption.order_id = ${given.orderId} and redemption.status = ${from}`

/** The order has this coupon, for this customer, in `status`. */
const mustBe = (status: Status, code: string): SQL => sql`
  select ${code} where not exists (
    select 1 from redemption r
    where r.order_id = ${given.orderId} and r.status = ${status}
      and r.code = ${field('coupon')} and r.customer = ${field('customer')})`

const release: Work = {
  rejection: mustBe('held', 'not-held'),
  effects: (granted) => [
    count(granted, sql`held = held - g.uses`),
    move(granted, 'held', 'released'),
  ],
}

const commit: Work = {
  rejection: mustBe('held', 'not-held'),
  effects: (granted) => [
    count(granted, sql`held = held - g.uses, redeemed = redeemed + g.uses`),
    move(granted, 'held', 'used'),
  ],
}

const giveBack: Work = {
  rejection: mustBe('used', 'not-used'),
  effects: (granted) => [
    count(granted, sql`redeemed = redeemed - g.uses`),
    move(granted, 'used', 'returned'),
  ],
}

export const steps: Record<string, BarrierStep> = {
  'redeem-coupon': defineStep({
    kind: 'compensatable',
    input: redeemSchema,
    action: redeem,
    compensation: release,
  }),
  'commit-coupon': defineStep({ kind: 'retriable', input: redeemedSchema, action: commit }),
  'give-coupon-back': defineStep({ kind: 'retriable', input: redeemedSchema, action: giveBack }),
}

/** The counter of each coupon beside the number of redemptions in `status`. */
const counterIsCount = (counter: 'held' | 'redeemed', status: Status) => sql`
  select c.code as subject, c.${sql.identifier(counter)} || ' <> ' || coalesce(r.n, 0) as detail
  from coupon c left join (
    select code, count(*) as n from redemption where status = ${status} group by code
  ) r on r.code = c.code
  where c.${sql.identifier(counter)} <> coalesce(r.n, 0)`

export const holds: Holds = { table: 'redemption', step: 'redeem-coupon' }

export const laws: Law[] = [
  heldOnlyIfGranted(holds),
  compensatedIfAgreed,
  {
    law: 'held = number of held redemptions',
    broken: counterIsCount('held', 'held'),
  },
  {
    law: 'redeemed = number of used redemptions',
    broken: counterIsCount('redeemed', 'used'),
  },
  {
    law: 'held + redeemed <= total limit',
    broken: sql`
      select code as subject, held || ' + ' || redeemed || ' > ' || total_limit as detail
      from coupon where held + redeemed > total_limit`,
  },
  {
    law: 'uses by a customer <= limit per customer',
    broken: sql`
      select r.code || ' ' || r.customer as subject, count(*) || ' uses' as detail
      from redemption r join coupon c on c.code = r.code
      where r.status in ('held', 'used')
      group by r.code, r.customer, c.per_customer_limit having count(*) > c.per_customer_limit`,
  },
]
