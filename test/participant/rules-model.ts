/** What the domains agree to, as a model of their guards in SQL. That of the coupons is production's. */
import type { StepInputs } from '../../worker/domains/steps.ts'

type Lines = StepInputs['reserve-stock']['lines']
type Stock = { onHand: number; reserved: number }

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

/** Units wanted of each SKU: two lines of one SKU are one demand. */
function demandOf(lines: Lines): Map<string, number> {
  const demand = new Map<string, number>()
  for (const { sku, quantity } of lines) demand.set(sku, (demand.get(sku) ?? 0) + quantity)
  return demand
}

/** Why these points cannot be frozen, or null. No account is an account without points. */
export const refusalToFreeze = (
  account: { available: number } | undefined,
  points: number,
): 'not-enough-points' | null => ((account?.available ?? 0) < points ? 'not-enough-points' : null)

type Day = { capacity: number; reserved: number; booked: number }

/** Why this day cannot be reserved, or null. A day nobody reserved yet has all it can take. */
export function refusalToDeliver(
  region: { dailyCapacity: number } | undefined,
  reserved: Day | undefined,
  day: string,
  nowMs: number,
): 'unknown-region' | 'no-capacity' | null {
  if (region === undefined) return 'unknown-region'
  if (day < new Date(nowMs).toISOString().slice(0, 10)) return 'no-capacity'
  const left = reserved
    ? reserved.capacity - reserved.reserved - reserved.booked
    : region.dailyCapacity
  return left < 1 ? 'no-capacity' : null
}
