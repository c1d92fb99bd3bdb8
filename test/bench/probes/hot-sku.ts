/**
 * A flash sale: many buyers at once, each for one of a few units. As many are sold as there are, every
 * other buyer is refused for that reason and no other, and the audit finds nothing.
 */
import { spreadOf } from '../../../scripts/chaos/recovery.ts'
import { operatorOf } from '../../../scripts/client/operator.ts'
import { orderSchema, problemSchema } from '../../../worker/api/contract.ts'
import { BASKET_SKU, fillBasket } from '../basket.ts'
import type { Answer } from '../http.ts'
import { closedLoop } from '../load.ts'
import type { HotSku } from '../result.ts'
import { edgeSagaSeries, settledInLog } from '../series/edge-saga.ts'
import { MAIN_WORKER, shopWorkers } from '../stand-workers.ts'
import { type Stand, openStand } from '../stand.ts'
import { stockUp } from '../supplies.ts'
import type { Surroundings } from '../surroundings.ts'

const SECONDS_MAX = 300
const SOLD_OUT = 'out-of-stock'

export type Sale = { buyers: number; units: number; clients: number }

export async function measureHotSku(sale: Sale, { signal, onStop }: Surroundings): Promise<HotSku> {
  const stand = await openStand(onStop, shopWorkers)
  try {
    await stockUp(stand)
    const basket = await fillBasket(stand)
    await limitStock(stand, sale.units)
    const { url, calls } = edgeSagaSeries(stand, basket)('good', 'shown')
    const load = { url, clients: sale.clients, seconds: SECONDS_MAX, signal }
    const samples = await closedLoop({ ...load, calls: await calls(sale.buyers) })
    signal.throwIfAborted()

    const ended = samples.map(({ tookMs, answer }) => ({ tookMs, outcome: outcomeOf(answer) }))
    const numberOf = (outcome: Outcome): number =>
      ended.filter((it) => it.outcome === outcome).length
    const [sold, compensated] = [numberOf('sold'), numberOf('compensated')]
    if (samples.length !== sale.buyers || sold !== sale.units) {
      throw new Error(`${samples.length} of ${sale.buyers} buyers came, ${sold} units were sold`)
    }
    await assertAudited(stand, sold + compensated)
    const refusals = ended.flatMap(({ tookMs, outcome }) => (outcome === 'sold' ? [] : [tookMs]))
    const spread = spreadOf(refusals)
    if (spread === null) throw new RangeError('a sale needs more buyers than units')
    return {
      ...sale,
      sold,
      compensated,
      refusedAtOnce: numberOf('refused'),
      refusalP50Ms: Math.round(spread.p50Ms),
      refusalP99Ms: Math.round(spread.p99Ms),
    }
  } finally {
    await stand.stop()
  }
}

async function limitStock(stand: Stand, units: number): Promise<void> {
  const inventory = await stand.database('edge-saga-inventory')
  await inventory
    .prepare('update stock set received = ?1, on_hand = ?1 where sku = ?2')
    .bind(units, BASKET_SKU)
    .run()
}

/** Refused before anything was recorded, or a moment later, when the holds were given back. */
type Outcome = 'sold' | 'refused' | 'compensated'

function outcomeOf({ status, body }: Answer): Outcome {
  if (status === 0) throw new Error(body)
  if (status !== 202) {
    const { code } = problemSchema.parse(JSON.parse(body))
    if (code === SOLD_OUT) return 'refused'
  } else {
    const order = orderSchema.parse(JSON.parse(body))
    if (order.status === 'confirmed') return 'sold'
    if (order.failure?.code === SOLD_OUT && order.settled) return 'compensated'
  }
  throw new Error(`neither sold nor sold out: ${status} ${body}`)
}

async function assertAudited(stand: Stand, orders: number): Promise<void> {
  await settledInLog(stand, orders)
  const url = stand.url(MAIN_WORKER).origin
  const { ok, counts, violations } = await operatorOf(url, stand.operatorToken).audit()
  if (ok && counts.orders === orders && counts.openHolds === 0) return
  throw new Error(`the audit of ${orders} orders: ${JSON.stringify({ counts, violations })}`)
}
