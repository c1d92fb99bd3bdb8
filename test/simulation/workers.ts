/** The Workers of a run: production's handlers behind queues that fail. */
import type { CommandQueues } from '../../durable-objects/bindings.ts'
import {
  type Command,
  type Reply,
  commandSchema,
  replySchema,
} from '../../durable-objects/core/messages.ts'
import { definitionOf } from '../../durable-objects/sagas/registry.ts'
import { consumeDeadLetters } from '../../worker/dead-letters.ts'
import type { DomainEnv } from '../../worker/domains/receiver.ts'
import { participant } from '../../worker/domains/participant.ts'
import { paymentsParticipant } from '../../worker/domains/payments/participant.ts'
import { type Domain } from '../../worker/domains/reads.ts'
import { replyTo } from '../../worker/domains/replies.ts'
import type { Runtime } from '../../worker/domains/runtime.ts'
import { consumeSagaLog } from '../../worker/saga-log/consumer.ts'
import { STORES, commandQueuesOf, ofEachDomain } from '../support/each-domain.ts'
import { RolloutDouble } from '../support/rollouts.ts'
import { type Caller, workerCall } from './caller.ts'
import { callObject, databaseOf } from './calls.ts'
import { DRAW } from './draws.ts'
import { partNumber } from './parts.ts'
import { providerOf } from './provider.ts'
import { SimulatedQueue } from './queue.ts'
import type { World } from './world.ts'

const SKEW_MS_MAX = 300_000
const DEAD_LETTER_RETRIES = 100

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
          WEBHOOKS: world.endpoint?.deliveries ?? NOBODY_LISTENS,
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
    ...ofEachDomain(ofDomain),
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
  const today = domain === 'payments' ? null : participant(domain, STORES[domain].steps, runtime)
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

export const domainsOf = (world: World): Record<Domain, DomainWorker> =>
  ofEachDomain((domain) => domainWorkerOf(world, domain))

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
export function bindingsOf({ queues }: World): Record<keyof CommandQueues | 'SAGA_LOG', object> {
  return {
    ...commandQueuesOf((domain) => sender(queues[domain])),
    SAGA_LOG: sender(queues['saga-log']),
  }
}

export function envOf(world: World, domain: Domain, caller: Caller): DomainEnv {
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
export function runtimeOf(world: World, part: number): Runtime {
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

export const poke = (world: World, orderId: string, caller: Caller): Promise<void> =>
  callObject(world, world.objectOf(orderId), caller, ({ process }) => process.poke())
