/** The coming days of regions, with what each can still take. */
import { and, inArray, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { daysOffered } from './rules.ts'
import { deliveryDay, region } from './schema.ts'

type Day = { day: string; available: number }

/** For each region, in their order; none where we do not deliver. */
export async function daysOf(db: D1Database, codes: string[], nowMs: number): Promise<Day[][]> {
  const offered = daysOffered(nowMs)
  const asked = sql`(select value from json_each(${JSON.stringify([...new Set(codes)])}))`
  const orm = drizzle(db)
  const [regions, taken] = await orm.batch([
    orm
      .select()
      .from(region)
      .where(sql`${region.code} in ${asked}`),
    orm
      .select()
      .from(deliveryDay)
      .where(and(sql`${deliveryDay.region} in ${asked}`, inArray(deliveryDay.day, offered))),
  ])
  return codes.map((code) => {
    const served = regions.find((it) => it.code === code)
    if (served === undefined) return []
    const left = new Map(
      taken
        .filter((it) => it.region === code)
        .map((it) => [it.day, it.capacity - it.reserved - it.booked]),
    )
    return offered.map((day) => ({ day, available: left.get(day) ?? served.dailyCapacity }))
  })
}
