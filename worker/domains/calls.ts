/**
 * Commands that come by call, because their saga waits for the reply.
 *
 * G1. They take turns together (U1): those of a turn are one batch.
 * G2. A call that gets no reply is told so, and its saga sends the command by queue. The barrier makes
 *     the two safe together.
 */
import type { Command, Reply } from '../../durable-objects/core/messages.ts'
import type { Delivery } from './delivery.ts'
import { type Accepted, type Steps, readCommand } from './intake.ts'
import { logError } from './log.ts'
import { replyTo } from './replies.ts'
import type { Runtime } from './runtime.ts'
import { type Lifetime, Turns } from './turns.ts'

type Call<Step> = { delivery: Delivery<Step>; reply: Promise<Reply | null> }

type Options<Step, Env> = {
  steps: Steps<Step>
  /** Answers or retries every delivery that it is given. */
  carryOut: (deliveries: Delivery<Step>[], env: Env) => Promise<void>
  runtime: Pick<Runtime, 'nowMs'>
  /** How many batches may run at a time. */
  batchesMax: number
}

export class SharedBatches<Step, Env> {
  readonly #options: Options<Step, Env>
  readonly #turns: Turns<Delivery<Step>, Env>

  constructor(options: Options<Step, Env>) {
    const { runtime, batchesMax: turnsMax } = options
    this.#options = options
    this.#turns = new Turns({ runtime, turnsMax, run: (calls, env) => this.#run(calls, env) })
  }

  /** null for a command that cannot be read, and for one that got no reply (G2). */
  async execute(command: Command, env: Env, lifetime: Lifetime): Promise<Reply | null> {
    const { steps, runtime } = this.#options
    const read = readCommand(command, steps)
    if (read.kind !== 'accepted') {
      logError(`${read.kind}-command`, { problem: read.problem })
      return null
    }
    const { delivery, reply } = callOf(read, runtime.nowMs())
    await this.#turns.take(delivery, env, lifetime)
    return reply
  }

  async #run(deliveries: Delivery<Step>[], env: Env): Promise<void> {
    try {
      await this.#options.carryOut(deliveries, env)
    } catch (error) {
      logError('calls-failed', { calls: deliveries.length }, error)
    }
    // Those that were answered no longer listen.
    for (const delivery of deliveries) delivery.retry(0)
  }
}

function callOf<Step>({ command, step }: Accepted<Step>, receivedAtMs: number): Call<Step> {
  const { promise: reply, resolve } = Promise.withResolvers<Reply | null>()
  const delivery = {
    command,
    step,
    deliveries: 1,
    sentAtMs: receivedAtMs,
    tell: async (result) => resolve(replyTo(command, result)),
    // After the reply they change nothing.
    ack: () => resolve(null),
    retry: () => resolve(null),
  } satisfies Delivery<Step>
  return { delivery, reply }
}
