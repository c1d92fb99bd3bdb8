/**
 * Finds sagas that stand still though time should have moved them, and gaps in D1's copy of the
 * log, and pokes their objects. Alarms do the same work first; the sweep does not trust them.
 */
import { logInfo } from '../durable-objects/log.ts'
import type { OrderRpc } from '../durable-objects/order-rpc.ts'

export type SweepBindings = {
  SAGA_LOG_DB: D1Database
  ORDERS: { getByName(orderId: string): Pick<OrderRpc, 'poke'> }
}

export type SweepReport = { found: number; poked: number; failed: number }

/** A saga that said nothing for this long is looked at. Longer than its deadline. */
const SILENT_MS = 10_000
/** Taken at random, so that a crowd of parked sagas cannot hide the others. */
const ORDERS_PER_SWEEP_MAX = 200
const POKES_AT_ONCE = 10

export async function sweep(env: SweepBindings, nowMs = Date.now()): Promise<SweepReport> {
  const { results } = await env.SAGA_LOG_DB.prepare(
    `select order_id from saga_instance
     where (settled = 0 or has_gap = 1) and updated_at_ms < ? group by order_id
     order by random() limit ?`,
  )
    .bind(nowMs - SILENT_MS, ORDERS_PER_SWEEP_MAX)
    .all<{ order_id: string }>()
  const report: SweepReport = { found: results.length, poked: 0, failed: 0 }
  for (let from = 0; from < results.length; from += POKES_AT_ONCE) {
    const pokes = results
      .slice(from, from + POKES_AT_ONCE)
      .map(({ order_id }) => env.ORDERS.getByName(order_id).poke())
    for (const poke of await Promise.allSettled(pokes)) {
      if (poke.status === 'fulfilled') report.poked += 1
      else report.failed += 1
    }
  }
  if (report.found > 0) logInfo('sweep', report)
  return report
}
