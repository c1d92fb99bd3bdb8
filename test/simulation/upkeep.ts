/** What goes round and looks after a run's orders: the sweep, and the operator's walk. */
import { isSettled } from '../../durable-objects/order/state.ts'
import { askAboutLeases } from '../../worker/domains/leases.ts'
import { askAboutCaptures } from '../../worker/domains/payments/captures.ts'
import { DOMAINS } from '../../worker/domains/reads.ts'
import { prune } from '../../worker/saga-log/retention.ts'
import { pokeSilent } from '../../worker/sweep.ts'
import { STORES } from '../support/each-domain.ts'
import { workerCall } from './caller.ts'
import { callObject, databaseOf } from './calls.ts'
import { onClock } from './clock.ts'
import { DRAW } from './draws.ts'
import type { Endpoint } from './endpoint.ts'
import { partNumber } from './parts.ts'
import { providerOf } from './provider.ts'
import { envOf, poke, runtimeOf } from './workers.ts'
import type { World } from './world.ts'

const DOMAINS_WITH_HOLDS = DOMAINS.filter((domain) => domain !== 'payments')
const HOLDS_ASKED_MAX = 100
/** Few, so that the captures of a run may take several sweeps. */
const CAPTURES_ASKED_MAX = 2
/** As cron does. */
export const SWEEP_EVERY_MS = 60_000
const DELIVERY_ROUNDS_MAX = 100
const KEPT_MS_MIN = 1_000
const KEPT_MS_MAX = 60_000

/** One run of the sweep, each part of which may fail or die like any other. */
export async function sweepOnce(world: World): Promise<void> {
  const caller = workerCall(partNumber('sweep'))
  await Promise.allSettled([
    // Where all is settled no hold is open, and there is nothing to ask about.
    ...(world.isSettled ? [] : DOMAINS_WITH_HOLDS).map((domain) => {
      const env = envOf(world, domain, workerCall(partNumber(domain)))
      const runtime = runtimeOf(world, partNumber(domain))
      return askAboutLeases(env, STORES[domain], HOLDS_ASKED_MAX, runtime)
    }),
    ...(world.isSettled && !world.owesMoney ? [] : [askPayments(world)]),
    world.endpoint?.sendDue(),
    pokeSilent(
      {
        SAGA_LOG_DB: databaseOf(world, 'saga-log', caller),
        ORDERS: { getByName: (orderId) => ({ poke: () => poke(world, orderId, caller) }) },
      },
      world.schedule.nowMs,
    ),
  ])
}

function askPayments(world: World): Promise<unknown> {
  const part = partNumber('payments')
  const caller = workerCall(part)
  const env = envOf(world, 'payments', caller)
  const provider = providerOf(world, caller)
  return askAboutCaptures(env, provider, CAPTURES_ASKED_MAX, runtimeOf(world, part), 1)
}

/** As the sweep does where the log is not kept for ever; false if nothing has ended. */
export function pruneOnce(world: World): boolean {
  const { chance, schedule, objects } = world
  const hasEnded = [...objects.values()].some(({ order }) => order !== null && isSettled(order))
  if (!hasEnded) return false
  const keptMs = chance.logBetween(KEPT_MS_MIN, KEPT_MS_MAX, DRAW.retention, 0)
  const caller = workerCall(partNumber('sweep'))
  const env = {
    SAGA_LOG_DB: databaseOf(world, 'saga-log', caller),
    ORDERS: {
      getByName: (orderId: string) => ({
        journalHead: () =>
          callObject(world, world.objectOf(orderId), caller, ({ requests }) =>
            requests.journalHead(),
          ),
      }),
    },
  }
  world.prunesUnderWay += 1
  prune(env, schedule.nowMs - keptMs)
    .catch(() => undefined)
    .finally(() => (world.prunesUnderWay -= 1))
  return true
}

/** Until every event was delivered: the sweep goes on for longer than anything else in a run. */
export async function deliverAll(world: World, endpoint: Endpoint): Promise<void> {
  for (let round = 0; round < DELIVERY_ROUNDS_MAX; round += 1) {
    const dueMs = endpoint.nextDueMs
    if (dueMs === null || world.violations.length > 0) return
    world.schedule.at(Math.max(dueMs, world.schedule.nowMs + SWEEP_EVERY_MS), () => {
      void endpoint.sendDue()
    })
    await onClock(
      () => world.schedule.nowMs,
      () => world.run(),
    )
  }
  world.violated(`an event is not delivered in ${DELIVERY_ROUNDS_MAX} rounds`)
}

/** The operator's walk over all orders that the inventory knows: each compares itself with D1. */
export async function walkOnce(world: World): Promise<void> {
  const caller = workerCall(partNumber('sweep'))
  const known = world.stage.databases.inventory.all('select distinct order_id from operation')
  await Promise.all(known.map(({ order_id: orderId }) => poke(world, String(orderId), caller)))
}
