/** What the inventory may be asked for. What it agrees to is in `store.ts`. */
import * as z from 'zod'
import type { StepInputs } from '../steps.ts'

const QUANTITY_MAX = 1_000_000
const LINES_MAX = 100

export const linesSchema = z.object({
  lines: z
    .array(z.object({ sku: z.string().min(1).max(40), quantity: z.int().min(1).max(QUANTITY_MAX) }))
    .min(1)
    .max(LINES_MAX),
}) satisfies z.ZodType<StepInputs['reserve-stock']>
