/** The coming days of a region, with what each can still take. */
import { and, eq, inArray } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { daysOffered } from './rules.ts'
import { deliveryDay, region } from './schema.ts'

export async function daysOf(
  db: D1Database,
  code: string,
  nowMs: number,
): Promise<{ day: string; available: number }[]> {
  const offered = daysOffered(nowMs)
  const orm = drizzle(db)
  const [regions, taken] = await orm.batch([
    orm.select().from(region).where(eq(region.code, code)),
    orm
      .select()
      .from(deliveryDay)
      .where(and(eq(deliveryDay.region, code), inArray(deliveryDay.day, offered))),
  ])
  const [served] = regions
  if (served === undefined) return []
  const left = new Map(taken.map((it) => [it.day, it.capacity - it.reserved - it.booked]))
  return offered.map((day) => ({ day, available: left.get(day) ?? served.dailyCapacity }))
}
