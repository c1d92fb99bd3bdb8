/** What may be done with points, without a database. `store.ts` refuses the same in SQL. */
import * as z from 'zod'
import { customerSchema } from '../inputs.ts'
import type { StepInputs } from '../steps.ts'

/** Given once, when the account is opened. */
export const WELCOME_POINTS = 500
const POINTS_MAX = 1_000_000_000

export const pointsSchema = z.object({
  customer: customerSchema,
  points: z.int().min(1).max(POINTS_MAX),
}) satisfies z.ZodType<StepInputs['freeze-points']>

/** Why these points cannot be frozen, or null. No account is an account without points. */
export const refusalToFreeze = (
  account: { available: number } | undefined,
  points: number,
): 'not-enough-points' | null => ((account?.available ?? 0) < points ? 'not-enough-points' : null)
