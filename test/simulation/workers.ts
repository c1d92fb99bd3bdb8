/** The Workers of a run: production's handlers behind queues that fail. */
import {
  type Command,
  type Reply,
  commandSchema,
  replySchema,
} from '../../durable-objects/core/messages.ts'
import { isSettled } from '../../durable-objects/order/state.ts'
import { definitionOf } from '../../durable-objects/sagas/registry.ts'
import { consumeDeadLetters } from '../../worker/dead-letters.ts'
import type { DomainEnv } from '../../worker/domains/receiver.ts'
import { holds as couponHolds, steps as couponSteps } from '../../worker/domains/coupons/store.ts'
import {
  holds as inventoryHolds,
  steps as inventorySteps,
} from '../../worker/domains/inventory/store.ts'
import {
  holds as logisticsHolds,
  steps as logisticsSteps,
} from '../../worker/domains/logistics/store.ts'
import { askAboutLeases } from '../../worker/domains/leases.ts'
import { participant } from '../../worker/domains/participant.ts'
import { askAboutCaptures } from '../../worker/domains/payments/captures.ts'
import { paymentsParticipant } from '../../worker/domains/payments/participant.ts'
import { holds as pointsHolds, steps as pointsSteps } from '../../worker/domains/points/store.ts'
import { type Domain } from '../../worker/domains/reads.ts'
import { replyTo } from '../../worker/domains/replies.ts'
import type { Runtime } from '../../worker/domains/runtime.ts'
import { consumeSagaLog } from '../../worker/saga-log/consumer.ts'
import { prune } from '../../worker/saga-log/retention.ts'
import { pokeSilent } from '../../worker/sweep.ts'
import { RolloutDouble } from '../support/rollouts.ts'
import { type Caller, workerCall } from './caller.ts'
import { callObject, databaseOf } from './calls.ts'
import { DRAW } from './draws.ts'
import { partNumber } from './parts.ts'
import { providerOf } from './provider.ts'
import { SimulatedQueue } from './queue.ts'
import type { World } from './world.ts'

const SKEW_MS_MAX = 300_000
const KEPT_MS_MIN = 1_000
const KEPT_MS_MAX = 60_000
const DEAD_LETTER_RETRIES = 100

const LEASED = {
  inventory: { holds: inventoryHolds, steps: inventorySteps },
  coupons: { holds: couponHolds, steps: couponSteps },
  points: { holds: pointsHolds, steps: pointsSteps },
  logistics: { holds: logisticsHolds, steps: logisticsSteps },
}
const DOMAINS_WITH_HOLDS = ['inventory', 'coupons', 'points', 'logistics'] as const
const HOLDS_ASKED_MAX = 100
/** Few, so that the captures of a run may take several sweeps. */
const CAPTURES_ASKED_MAX = 2

/** No endpoint is registered, so no delivery is ever sent. */
const NOBODY_LISTENS = {
  sendBatch: (): never => {
    throw new Error('a delivery without an endpoint')
  },
}

/** No endpoint for traces is set. */
const NO_TRACES = {
  send: (): never => {
    throw new Error('traces that nobody asked for')
  },
}

export type Queues = Record<Domain | 'saga-log' | 'dead-letters', SimulatedQueue>

export function queuesOf(world: World): Queues {
  // Of its own: what is known of a rollout is kept beside it, and a run may know nothing of another.
  const rollouts = new RolloutDouble()
  const deadLetters = new SimulatedQueue(
    {
      name: 'dead-letters',
      part: partNumber('dead-letters'),
      maxRetries: DEAD_LETTER_RETRIES,
      deadLetters: null,
      consume: (batch, caller) =>
        consumeDeadLetters(batch, {
          SAGA_LOG_DB: databaseOf(world, 'saga-log', caller),
          ORDERS: {
            getByName: (orderId) => ({
              commandDied: (died) =>
                callObject(world, world.objectOf(orderId), caller, ({ requests }) =>
                  requests.commandDied(died),
                ),
              poke: () => poke(world, orderId, caller),
            }),
          },
        }),
    },
    world,
  )
  const sagaLog = new SimulatedQueue(
    {
      name: 'saga-log',
      part: partNumber('saga-log'),
      maxRetries: world.stage.maxRetries['saga-log'],
      deadLetters,
      consume: (batch, caller) =>
        consumeSagaLog(batch, {
          SAGA_LOG_DB: databaseOf(world, 'saga-log', caller),
          WEBHOOKS: NOBODY_LISTENS,
          ROLLOUTS: rollouts,
          TRACES: NO_TRACES,
        }),
    },
    world,
  )
  const ofDomain = (domain: Domain) =>
    new SimulatedQueue(
      {
        name: domain,
        part: partNumber(domain),
        maxRetries: world.stage.maxRetries[domain],
        deadLetters,
        consume: (batch, caller) => world.domains[domain].consume(batch, caller),
      },
      world,
    )
  return {
    inventory: ofDomain('inventory'),
    coupons: ofDomain('coupons'),
    points: ofDomain('points'),
    logistics: ofDomain('logistics'),
    payments: ofDomain('payments'),
    'saga-log': sagaLog,
    'dead-letters': deadLetters,
  }
}

export type DomainWorker = {
  consume(batch: MessageBatch, caller: Caller): Promise<void>
  execute(command: Command, caller: Caller): Promise<Reply | null>
}

function domainWorkerOf(world: World, domain: Domain): DomainWorker {
  const part = partNumber(domain)
  const runtime = runtimeOf(world, part)
  const today = domain === 'payments' ? null : participant(domain, LEASED[domain].steps, runtime)
  const yesterday = participant(domain, {}, runtime)
  const callers = new WeakMap<object, Caller>()
  const till = paymentsParticipant({
    runtime,
    providerOf: (env) => providerOf(world, callers.get(env) ?? workerCall(part)),
  })
  const tillEnv = (env: DomainEnv, caller: Caller) => {
    const withProvider = { ...env, PROVIDER_DB: env.DB }
    callers.set(withProvider, caller)
    return withProvider
  }
  return {
    consume: (batch, caller) => {
      const env = envOf(world, domain, caller)
      if (world.faults.strikes('old-code', part)) return yesterday.queue(batch, env)
      const left = refuseWrongly(world, part, batch, env)
      return today ? today.queue(left, env) : till.queue(left, tillEnv(env, caller))
    },
    execute: async (command, caller) => {
      const env = envOf(world, domain, caller)
      if (world.faults.strikes('old-code', part)) return yesterday.execute(command, env, KEPT)
      if (world.faults.strikes('refused-wrongly', part) && mustBeDone(command)) {
        return replyTo(command, REFUSED_WRONGLY)
      }
      return today
        ? today.execute(command, env, KEPT)
        : till.execute(command, tillEnv(env, caller), KEPT)
    },
  }
}

/** A simulated Worker lives until it dies. */
const KEPT = { waitUntil: () => undefined }
const REFUSED_WRONGLY = { outcome: 'rejected', code: 'refused-wrongly' } as const

export const domainsOf = (world: World): Record<Domain, DomainWorker> => ({
  inventory: domainWorkerOf(world, 'inventory'),
  coupons: domainWorkerOf(world, 'coupons'),
  points: domainWorkerOf(world, 'points'),
  logistics: domainWorkerOf(world, 'logistics'),
  payments: domainWorkerOf(world, 'payments'),
})

/** The batch without those messages that a domain gone wrong refuses, and does nothing about. */
function refuseWrongly(
  { faults }: World,
  part: number,
  batch: MessageBatch,
  { ORDERS }: DomainEnv,
): MessageBatch {
  const messages = batch.messages.filter((message) => {
    if (!faults.strikes('refused-wrongly', part)) return true
    const { data: command } = commandSchema.safeParse(message.body)
    if (!command || !mustBeDone(command)) return true
    ORDERS.getByName(command.orderId)
      .reply(replyTo(command, REFUSED_WRONGLY))
      .catch(() => undefined)
    return false
  })
  return { ...batch, messages }
}

function mustBeDone({ definition, direction, step }: Command): boolean {
  const found = definitionOf(definition)?.steps.find(({ name }) => name === step)
  return direction === 'compensation' || found?.kind === 'retriable'
}

const sender = (queue: SimulatedQueue) => ({
  send: async (body: unknown) => queue.send(body, partNumber('sweep')),
})

/** The queues as the API of the main Worker sees them. */
export function bindingsOf({ queues }: World): Record<string, object> {
  return {
    INVENTORY_COMMANDS: sender(queues.inventory),
    COUPONS_COMMANDS: sender(queues.coupons),
    POINTS_COMMANDS: sender(queues.points),
    LOGISTICS_COMMANDS: sender(queues.logistics),
    PAYMENTS_COMMANDS: sender(queues.payments),
    SAGA_LOG: sender(queues['saga-log']),
  }
}

function envOf(world: World, domain: Domain, caller: Caller): DomainEnv {
  return {
    DB: databaseOf(world, domain, caller),
    ORDERS: {
      getByName: (name) => {
        const object = world.objectOf(name)
        return {
          reply: (reply) =>
            callObject(world, object, caller, ({ requests }) =>
              requests.reply(replySchema.parse(reply)),
            ),
          askAboutLease: (sagaId, step) =>
            callObject(world, object, caller, ({ process, requests }) => {
              process.wake().catch(() => undefined)
              return requests.askAboutLease(sagaId, step)
            }),
        }
      },
    },
  }
}

/** Each part has a clock of its own. */
function runtimeOf(world: World, part: number): Runtime {
  const { schedule, chance, faults } = world
  const skewMs = faults.strikes('clock-skewed', part)
    ? chance.between(-SKEW_MS_MAX, SKEW_MS_MAX, DRAW.skew, part)
    : 0
  return {
    nowMs: () => schedule.nowMs + skewMs,
    newNonce: () => world.newNonce(),
    random: () => chance.draw(DRAW.jitter, part),
    after: (durationMs, callback) => {
      const planned = schedule.after(durationMs, callback)
      return () => schedule.cancel(planned)
    },
  }
}

const poke = (world: World, orderId: string, caller: Caller): Promise<void> =>
  callObject(world, world.objectOf(orderId), caller, ({ process }) => process.poke())

/** One run of the sweep, each part of which may fail or die like any other. */
export async function sweepOnce(world: World): Promise<void> {
  const caller = workerCall(partNumber('sweep'))
  await Promise.allSettled([
    // Where all is settled no hold is open, and there is nothing to ask about.
    ...(world.isSettled ? [] : DOMAINS_WITH_HOLDS).map((domain) => {
      const env = envOf(world, domain, workerCall(partNumber(domain)))
      const runtime = runtimeOf(world, partNumber(domain))
      return askAboutLeases(env, LEASED[domain], HOLDS_ASKED_MAX, runtime)
    }),
    ...(world.isSettled && !world.owesMoney ? [] : [askPayments(world)]),
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
  const { chance, schedule } = world
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
  return [...world.objects.values()].some(({ order }) => order !== null && isSettled(order))
}

/** The operator's walk over all orders that the inventory knows: each compares itself with D1. */
export async function walkOnce(world: World): Promise<void> {
  const caller = workerCall(partNumber('sweep'))
  const known = world.stage.databases.inventory.all('select distinct order_id from operation')
  await Promise.all(known.map(({ order_id: orderId }) => poke(world, String(orderId), caller)))
}
