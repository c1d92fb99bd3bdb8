/**
 * The points' guards and effects.
 *
 * S1. A point is available, frozen or spent; it moves between the three and is never lost.
 * S2. Nothing goes below zero.
 * S3. Amounts come from the command, and must be those that the order holds.
 */
import { type SQL, sql } from 'drizzle-orm'
import { type BarrierStep, type Work, defineStep } from '../barrier.ts'
import { type Law, compensatedIfAgreed, heldOnlyIfGranted } from '../laws.ts'
import type { Holds } from '../holds.ts'
import { field, given } from '../statement.ts'
import { pointsSchema } from './rules.ts'

type Pot = 'available' | 'frozen' | 'spent'
type Status = 'held' | 'spent' | 'released' | 'returned'

const customer = field('customer')
const points = field('points')

/** Moves the points of all that are granted from one pot to another (S1). */
const pour = (granted: SQL, from: Pot, to: Pot): SQL => {
  const [source, target] = [sql.identifier(from), sql.identifier(to)]
  return sql`
    update account
    set ${source} = ${source} - g.points, ${target} = ${target} + g.points
    from (select ${customer} as customer, sum(${points}) as points from ${granted} group by 1) g
    where g.customer = account.customer`
}

const mark = (granted: SQL, from: Status, to: Status): SQL => sql`
  update hold set status = ${to} from ${granted}
  where hold.order_id = ${given.orderId} and hold.status = ${from}`

const mustBe = (status: Status, code: string): SQL => sql`
  select ${code} where not exists (
    select 1 from hold h
    where h.order_id = ${given.orderId} and h.status = ${status}
      and h.customer = ${customer} and h.points = ${points})`

const freeze: Work = {
  rejection: sql`
    select 'not-enough-points'
    where coalesce((select a.available from account a where a.customer = ${customer}), 0)
      < ${points}`,
  effects: (granted) => [
    sql`insert into hold (order_id, customer, points, status)
        select ${given.orderId}, ${customer}, ${points}, 'held' from ${granted}`,
    pour(granted, 'available', 'frozen'),
  ],
}

const release: Work = {
  rejection: mustBe('held', 'not-held'),
  effects: (granted) => [pour(granted, 'frozen', 'available'), mark(granted, 'held', 'released')],
}

const deduct: Work = {
  rejection: mustBe('held', 'not-held'),
  effects: (granted) => [pour(granted, 'frozen', 'spent'), mark(granted, 'held', 'spent')],
}

const giveBack: Work = {
  rejection: mustBe('spent', 'not-spent'),
  effects: (granted) => [pour(granted, 'spent', 'available'), mark(granted, 'spent', 'returned')],
}

export const steps: Record<string, BarrierStep> = {
  'freeze-points': defineStep({
    kind: 'compensatable',
    input: pointsSchema,
    action: freeze,
    compensation: release,
  }),
  'deduct-points': defineStep({ kind: 'retriable', input: pointsSchema, action: deduct }),
  'give-points-back': defineStep({ kind: 'retriable', input: pointsSchema, action: giveBack }),
}

/** The pot of each account beside the sum of what orders have in `status`. */
const potIsSum = (pot: Pot, status: Status) => sql`
  select a.customer as subject, a.${sql.identifier(pot)} || ' <> ' || coalesce(h.n, 0) as detail
  from account a left join (
    select customer, sum(points) as n from hold where status = ${status} group by customer
  ) h on h.customer = a.customer
  where a.${sql.identifier(pot)} <> coalesce(h.n, 0)`

export const holds: Holds = { table: 'hold', step: 'freeze-points' }

export const laws: Law[] = [
  heldOnlyIfGranted(holds),
  compensatedIfAgreed,
  {
    law: 'granted = available + frozen + spent',
    broken: sql`
      select customer as subject,
        granted || ' <> ' || available || ' + ' || frozen || ' + ' || spent as detail
      from account where granted <> available + frozen + spent`,
  },
  {
    law: 'frozen = sum of held points',
    broken: potIsSum('frozen', 'held'),
  },
  {
    law: 'spent = sum of spent points',
    broken: potIsSum('spent', 'spent'),
  },
]
