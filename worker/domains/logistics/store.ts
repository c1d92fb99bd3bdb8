/**
 * The logistics' guards and effects.
 *
 * G1. A day never takes more than its capacity, held and booked together.
 * G2. A day's capacity is fixed by its first reservation: a later change of the region's daily
 *     capacity is for days to come.
 */
import { type SQL, sql } from 'drizzle-orm'
import { type BarrierStep, type Work, defineStep } from '../barrier.ts'
import { type Law, compensatedIfAgreed, heldOnlyIfGranted } from '../laws.ts'
import type { Holds } from '../holds.ts'
import { field, given } from '../statement.ts'
import { deliverySchema } from './rules.ts'

type Status = 'held' | 'booked' | 'released'

const region = field('region')
const day = field('day')

/** What all that are granted change of each day: `g.deliveries` in `changes`. */
const count = (granted: SQL, changes: SQL): SQL => sql`
  update delivery_day set ${changes}
  from (
    select ${region} as region, ${day} as day, count(*) as deliveries from ${granted} group by 1, 2
  ) g
  where g.region = delivery_day.region and g.day = delivery_day.day`

const mark = (granted: SQL, from: Status, to: Status): SQL => sql`
  update delivery set status = ${to} from ${granted}
  where delivery.order_id = ${given.orderId} and delivery.status = ${from}`

/** The order has this day, in this region, in `held`. */
const mustBeHeld = sql`
  select 'not-held' where not exists (
    select 1 from delivery d
    where d.order_id = ${given.orderId} and d.status = 'held'
      and d.region = ${region} and d.day = ${day})`

const reserve: Work = {
  rejection: sql`
    select case
      when r.code is null then 'unknown-region'
      when asked.day < date(${given.nowMs} / 1000, 'unixepoch') then 'no-capacity'
      when coalesce(d.capacity - d.reserved - d.booked, r.daily_capacity) < 1 then 'no-capacity'
    end
    from (select ${region} as region, ${day} as day) asked
    left join region r on r.code = asked.region
    left join delivery_day d on d.region = asked.region and d.day = asked.day`,
  effects: (granted) => [
    sql`insert into delivery_day (region, day, capacity)
        select r.code, ${day}, r.daily_capacity
        from ${granted} join region r on r.code = ${region} where true
        on conflict do nothing`,
    count(granted, sql`reserved = reserved + g.deliveries`),
    sql`insert into delivery (order_id, region, day, status)
        select ${given.orderId}, ${region}, ${day}, 'held' from ${granted}`,
  ],
}

const release: Work = {
  rejection: mustBeHeld,
  effects: (granted) => [
    count(granted, sql`reserved = reserved - g.deliveries`),
    mark(granted, 'held', 'released'),
  ],
}

const book: Work = {
  rejection: mustBeHeld,
  effects: (granted) => [
    count(granted, sql`reserved = reserved - g.deliveries, booked = booked + g.deliveries`),
    mark(granted, 'held', 'booked'),
  ],
}

export const steps: Record<string, BarrierStep> = {
  'reserve-delivery': defineStep({
    kind: 'compensatable',
    input: deliverySchema,
    action: reserve,
    compensation: release,
  }),
  'book-delivery': defineStep({ kind: 'retriable', input: deliverySchema, action: book }),
}

/** The counter of each day beside the number of deliveries in `status`. */
const counterIsCount = (counter: 'reserved' | 'booked', status: Status) => sql`
  select d.region || ' ' || d.day as subject,
    d.${sql.identifier(counter)} || ' <> ' || coalesce(v.n, 0) as detail
  from delivery_day d left join (
    select region, day, count(*) as n from delivery where status = ${status} group by region, day
  ) v on v.region = d.region and v.day = d.day
  where d.${sql.identifier(counter)} <> coalesce(v.n, 0)`

export const holds: Holds = { table: 'delivery', step: 'reserve-delivery' }

export const laws: Law[] = [
  heldOnlyIfGranted(holds),
  compensatedIfAgreed,
  {
    law: 'reserved + booked <= capacity',
    broken: sql`
      select region || ' ' || day as subject,
        reserved || ' + ' || booked || ' > ' || capacity as detail
      from delivery_day where reserved + booked > capacity`,
  },
  {
    law: 'reserved = number of held deliveries',
    broken: counterIsCount('reserved', 'held'),
  },
  {
    law: 'booked = number of booked deliveries',
    broken: counterIsCount('booked', 'booked'),
  },
]
