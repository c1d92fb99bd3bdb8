/**
 * Commands that come by call, because their saga waits for the reply.
 *
 * G1. Calls that come while as many batches run as may share the next one: a busy database gets few
 *     batches, and an idle one answers at once.
 * G2. A call without a reply rejects, and its saga sends the command by queue. The barrier makes the
 *     two safe together.
 * G3. A batch is run by one of its own calls, never by one that has its reply: the platform ends
 *     what outlives its request. The work of a call that was given up is ended all the same, and if
 *     it is not, no other call waits for it longer than a batch may take.
 */
import type { Command, Reply } from '../../durable-objects/core/messages.ts'
import type { Delivery } from './delivery.ts'
import { type Accepted, type Steps, readCommand } from './intake.ts'
import { logError } from './log.ts'
import { replyTo } from './replies.ts'
import type { Runtime } from './runtime.ts'

const CALLS_PER_BATCH_MAX = 100
const BATCH_MS_MAX = 5_000

/** Keeps the Worker for work that its caller may not wait for. */
export type Lifetime = { waitUntil(work: Promise<unknown>): void }

type Call<Step> = { delivery: Delivery<Step>; reply: Promise<Reply>; isTaken: boolean }
type Batch = { ended: Promise<void>; beganAtMs: number }

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
  readonly #waiting: Call<Step>[] = []
  readonly #running = new Set<Batch>()

  constructor(options: Options<Step, Env>) {
    this.#options = options
  }

  /** Rejects for a command that cannot be read, and for one that got no reply (G2). */
  async execute(command: Command, env: Env, lifetime: Lifetime): Promise<Reply> {
    const { steps, runtime, batchesMax } = this.#options
    const read = readCommand(command, steps)
    if (read.kind !== 'accepted') throw new TypeError(`${read.kind} command: ${read.problem}`)
    const call = callOf(read, runtime.nowMs())
    this.#waiting.push(call)
    while (!call.isTaken) {
      this.#forgetLost()
      if (this.#running.size < batchesMax) lifetime.waitUntil(this.#run(env))
      else await Promise.race([...this.#running].map(({ ended }) => ended))
    }
    return call.reply
  }

  /** Of all that wait, the next batch. */
  #run(env: Env): Promise<void> {
    const { carryOut, runtime } = this.#options
    const calls = this.#waiting.splice(0, CALLS_PER_BATCH_MAX)
    for (const call of calls) call.isTaken = true
    const deliveries = calls.map(({ delivery }) => delivery)
    const ended = carryOut(deliveries, env)
      .catch((error: unknown) => logError('calls-failed', { calls: calls.length }, error))
      .then(() => {
        this.#running.delete(batch)
        // Those that were answered no longer listen.
        for (const delivery of deliveries) delivery.retry(0)
      })
    const batch = { ended, beganAtMs: runtime.nowMs() }
    this.#running.add(batch)
    return ended
  }

  /** G3. */
  #forgetLost(): void {
    const nowMs = this.#options.runtime.nowMs()
    for (const batch of this.#running) {
      if (nowMs - batch.beganAtMs > BATCH_MS_MAX) this.#running.delete(batch)
    }
  }
}

function callOf<Step>({ command, step }: Accepted<Step>, receivedAtMs: number): Call<Step> {
  const { promise: reply, resolve, reject } = Promise.withResolvers<Reply>()
  // Whoever waits for it hears of it.
  reply.catch(() => undefined)
  const delivery = {
    command,
    step,
    deliveries: 1,
    sentAtMs: receivedAtMs,
    tell: async (result) => resolve(replyTo(command, result)),
    ack: () => reject(new Error('the reply was lost')),
    retry: () => reject(new Error('not carried out now')),
  } satisfies Delivery<Step>
  return { delivery, reply, isTaken: false }
}
