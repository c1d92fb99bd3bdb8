/**
 * Commands that come by call, because their saga waits for the reply.
 *
 * G1. They take turns together (U1): those of a turn are one batch.
 * G2. A call that gets no reply is told so, and its saga sends the command by queue. The barrier makes
 *     the two safe together.
 */
import type { Command, Reply } from '../../durable-objects/core/messages.ts'
import { logError } from '../../durable-objects/log.ts'
import { commandFields } from './command-fields.ts'
import type { Delivery } from './delivery.ts'
import { type Accepted, type Steps, readCommand } from './intake.ts'
import { replyTo } from './replies.ts'
import type { Runtime } from './runtime.ts'
import { type Lifetime, type Place, Turns } from './turns.ts'

type Call<Step> = Accepted<Step> & { receivedAtMs: number }

type Options<Step, Env> = {
  steps: Steps<Step>
  /** Answers or retries every delivery that it is given. */
  carryOut: (deliveries: Delivery<Step>[], env: Env) => Promise<void>
  runtime: Pick<Runtime, 'nowMs' | 'after'>
  /** How many batches may run at a time. */
  batchesMax: number
}

export class SharedBatches<Step, Env> {
  readonly #options: Options<Step, Env>
  readonly #turns: Turns<Call<Step>, Reply | null, Env>

  constructor(options: Options<Step, Env>) {
    const { runtime, carryOut, batchesMax: turnsMax } = options
    this.#options = options
    this.#turns = new Turns({
      run: (calls, env) => carryOut(calls.map(deliveryOf), env),
      runtime,
      turnsMax,
    })
  }

  /** null for a command that cannot be read, and for one that got no reply (G2). */
  async execute(command: Command, env: Env, lifetime: Lifetime): Promise<Reply | null> {
    const { steps, runtime } = this.#options
    const read = readCommand(command, steps)
    if (read.kind !== 'accepted') {
      logError(`${read.kind}-command`, { problem: read.problem })
      return null
    }
    try {
      return await this.#turns.take({ ...read, receivedAtMs: runtime.nowMs() }, env, lifetime)
    } catch (error) {
      logError('call-failed', commandFields(read.command), error)
      return null
    }
  }
}

function deliveryOf<Step>(place: Place<Call<Step>, Reply | null>): Delivery<Step> {
  const { command, step, receivedAtMs } = place.item
  return {
    command,
    step,
    deliveries: 1,
    sentAtMs: receivedAtMs,
    tell: async (result) => place.answer(replyTo(command, result)),
    // After the reply they change nothing.
    ack: () => place.answer(null),
    retry: () => place.answer(null),
  }
}
