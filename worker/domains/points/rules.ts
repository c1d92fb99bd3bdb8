/** What the points may be asked for. What they agree to is in `store.ts`. */
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
