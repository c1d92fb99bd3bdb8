/** What the logistics may be asked for, and which days they offer. What they agree to is in `store.ts`. */
import * as z from 'zod'
import type { StepInputs } from '../steps.ts'

const DAY_MS = 86_400_000
/** How many days are on offer, from tomorrow on. */
const DAYS_OFFERED = 7

export const deliverySchema = z.object({
  region: z.string().regex(/^[A-Z]{2}$/),
  day: z.iso.date(),
}) satisfies z.ZodType<StepInputs['reserve-delivery']>

/** The day at an instant, in UTC: `YYYY-MM-DD`, which sorts as it reads. */
const dayAt = (nowMs: number): string => new Date(nowMs).toISOString().slice(0, 10)

export const daysOffered = (nowMs: number): string[] =>
  Array.from({ length: DAYS_OFFERED }, (_, index) => dayAt(nowMs + (index + 1) * DAY_MS))
