/** When a delivery can be taken, without a database. `store.ts` refuses the same in SQL. */
import * as z from 'zod'
import type { StepInputs } from '../steps.ts'

const DAY_MS = 86_400_000
/** How many days are on offer, from tomorrow on. */
export const DAYS_OFFERED = 7

export const deliverySchema = z.object({
  region: z.string().regex(/^[A-Z]{2}$/),
  day: z.iso.date(),
}) satisfies z.ZodType<StepInputs['reserve-delivery']>

export type Day = { capacity: number; reserved: number; booked: number }

/** The day at an instant, in UTC: `YYYY-MM-DD`, which sorts as it reads. */
export const dayAt = (nowMs: number): string => new Date(nowMs).toISOString().slice(0, 10)

export const daysOffered = (nowMs: number): string[] =>
  Array.from({ length: DAYS_OFFERED }, (_, index) => dayAt(nowMs + (index + 1) * DAY_MS))

/** Why this day cannot be reserved, or null. A day nobody reserved yet has all it can take. */
export function refusalToReserve(
  region: { dailyCapacity: number } | undefined,
  reserved: Day | undefined,
  day: string,
  nowMs: number,
): 'unknown-region' | 'no-capacity' | null {
  if (region === undefined) return 'unknown-region'
  if (day < dayAt(nowMs)) return 'no-capacity'
  const left = reserved
    ? reserved.capacity - reserved.reserved - reserved.booked
    : region.dailyCapacity
  return left < 1 ? 'no-capacity' : null
}
