/** What the inventory agrees to, without a database. `store.ts` says the same in SQL. */
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

type Lines = StepInputs['reserve-stock']['lines']
export type Stock = { onHand: number; reserved: number }

/** Units wanted of each SKU: two lines of one SKU are one demand. */
export function demandOf(lines: Lines): Map<string, number> {
  const demand = new Map<string, number>()
  for (const { sku, quantity } of lines) demand.set(sku, (demand.get(sku) ?? 0) + quantity)
  return demand
}

/** Why these lines cannot be reserved, or null. All of them or none. */
export function refusalToReserve(
  lines: Lines,
  stock: ReadonlyMap<string, Stock>,
): 'unknown-sku' | 'out-of-stock' | null {
  const demand = [...demandOf(lines)]
  if (demand.some(([sku]) => !stock.has(sku))) return 'unknown-sku'
  const isShort = demand.some(([sku, quantity]) => {
    const { onHand, reserved } = stock.get(sku) ?? { onHand: 0, reserved: 0 }
    return onHand - reserved < quantity
  })
  return isShort ? 'out-of-stock' : null
}
