/**
 * Finds sagas that stand still though time should have moved them. Alarms do the same work first;
 * the sweep does not trust them. It looks in two places, neither of which needs the other:
 *
 * - in the domains, for holds that outlived their lease, and for captures that the payments do not
 *   know. To be asked about one wakes its object;
 * - in D1's copy of the log, for sagas that said nothing for long, and for gaps. Their objects are
 *   poked.
 */
import { answerWithin } from '../durable-objects/clock.ts'
import { logInfo, logWarning } from '../durable-objects/log.ts'
import type { OrderRpc } from '../durable-objects/order-rpc.ts'
import { tryEachAtOnce } from './at-once.ts'
import { tellIfFilling } from './domains/filling.ts'
import {
  DOMAINS,
  type DomainBindings,
  type LeaseReport,
  NOTHING_ASKED,
  readsOf,
  sumOfReports,
} from './domains/reads.ts'
import { type RetentionVars, pruneAsSet } from './saga-log/retention.ts'
import { type DueBindings, sendDue } from './webhooks/due.ts'

export type SweepBindings = DomainBindings &
  DueBindings &
  RetentionVars & {
    ORDERS: { getByName(orderId: string): Pick<OrderRpc, 'poke' | 'journalHead'> }
  }

type Pokes = { found: number; poked: number; failed: number }
export type SweepReport = Pokes & {
  leases: LeaseReport & { /** Domains that did not answer. */ failed: number }
  webhooks: { sent: number }
  sagaLog: { pruned: number }
}

/** A saga that said nothing for this long is looked at. Longer than its deadline. */
const SILENT_MS = 10_000
/**
 * Taken at random, half of them from those that are parked as long as there are others: a crowd of parked sagas,
 * which have reason to stand still, cannot hide what has none.
 */
const ORDERS_PER_SWEEP_MAX = 200
const OBJECTS_AT_ONCE = 16
const POKE_TIMEOUT_MS = 5_000

const HOLDS_PER_DOMAIN_MAX = 100
const LEASES_TIMEOUT_MS = 10_000

/** The leases come first: without D1's log the rest fails. */
export async function sweep(env: SweepBindings, nowMs = Date.now()): Promise<SweepReport> {
  const leases = await askAboutLeases(env)
  const pokes = await pokeSilent(env, nowMs)
  const webhooks = await sendDue(env, nowMs)
  const sagaLog = { pruned: await pruneAsSet(env, nowMs) }
  const report: SweepReport = { ...pokes, leases, webhooks, sagaLog }
  const hasDone = pokes.found + leases.asked + webhooks.sent + sagaLog.pruned > 0
  if (hasDone) logInfo('sweep', report)
  return report
}

async function askAboutLeases(env: SweepBindings): Promise<SweepReport['leases']> {
  const reports: LeaseReport[] = []
  await Promise.all(
    DOMAINS.map(async (domain) => {
      const question = () => readsOf(env, domain).askAboutLeases(HOLDS_PER_DOMAIN_MAX)
      try {
        reports.push(await answerWithin(LEASES_TIMEOUT_MS, question))
      } catch (error) {
        logWarning('leases-not-asked', { domain }, error)
      }
    }),
  )
  const failed = DOMAINS.length - reports.length
  return { ...reports.reduce(sumOfReports, NOTHING_ASKED), failed }
}

export async function pokeSilent(
  env: {
    SAGA_LOG_DB: D1Database
    ORDERS: { getByName(orderId: string): Pick<OrderRpc, 'poke'> }
  },
  nowMs: number,
): Promise<Pokes> {
  const { results, meta } = await env.SAGA_LOG_DB.prepare(
    `select order_id from (
       select order_id,
         row_number() over (partition by max(status = 'parked') order by random()) as place
       from saga_instance
       where (settled = 0 or has_gap = 1) and updated_at_ms < ? group by order_id)
     order by place limit ?`,
  )
    .bind(nowMs - SILENT_MS, ORDERS_PER_SWEEP_MAX)
    .all<{ order_id: string }>()
  tellIfFilling('saga_event', meta)
  const found = results.length
  const failed = await tryEachAtOnce(
    results,
    OBJECTS_AT_ONCE,
    ({ order_id }) => answerWithin(POKE_TIMEOUT_MS, () => env.ORDERS.getByName(order_id).poke()),
    ({ order_id }, error) => logWarning('order-not-poked', { orderId: order_id }, error),
  )
  return { found, poked: found - failed, failed }
}
