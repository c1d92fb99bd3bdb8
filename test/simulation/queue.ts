/**
 * A queue as Cloudflare promises it: at least once, in no order, each message acknowledged on its
 * own, and what runs out of deliveries goes to the dead letters. Acknowledgements count when the
 * consumer ends; if it never does, the whole batch is delivered again.
 */
import { type Caller, workerCall } from './caller.ts'
import { DRAW } from './draws.ts'
import type { World } from './world.ts'

export type QueueSpec = {
  name: string
  /** The part that consumes it: the scope of its faults. */
  part: number
  maxRetries: number
  deadLetters: SimulatedQueue | null
  consume: (batch: MessageBatch, caller: Caller) => Promise<void>
}

type Held = { id: string; body: unknown; sentAtMs: number; attempts: number }
type Verdict = { kind: 'ack' } | { kind: 'retry'; delayS: number }

const BATCH_MESSAGES_MAX = 100
/** After so long a batch whose consumer did not end is delivered again. */
const VISIBILITY_MS = 30_000
const DAY_MS = 86_400_000
const STALLED_MS_MAX = 300_000

export class SimulatedQueue {
  readonly spec: QueueSpec
  readonly #world: World
  readonly #waiting: Held[] = []
  #isPumping = false
  #stalledUntilMs = 0
  #sent = 0

  constructor(spec: QueueSpec, world: World) {
    this.spec = spec
    this.#world = world
  }

  /** Throws when it refuses. `scope`: the order that it is about. */
  send(body: unknown, scope: number): void {
    const { faults, chance, schedule } = this.#world
    if (faults.strikes('send-refused', scope)) throw new Error(`${this.spec.name}: queue error`)
    if (faults.strikes('message-lost', scope)) return
    this.#sent += 1
    const message = { body, sentAtMs: schedule.nowMs }
    let delayMs = chance.between(1, 60, DRAW.transit, scope)
    if (faults.strikes('message-delayed', scope)) {
      delayMs = chance.logBetween(100, DAY_MS, DRAW.delay, scope)
    }
    this.#arrive({ ...message, id: `${this.spec.name}-${this.#sent}`, attempts: 0 }, delayMs)
    if (faults.strikes('message-malformed', scope)) this.inject(NONSENSE)
    if (faults.strikes('message-unknown', scope)) this.inject({ v: 99, orderId: 'from the future' })
    if (!faults.strikes('message-doubled', scope)) return
    const copies = chance.between(1, 4, DRAW.copies, scope)
    const spreadMs = chance.draw(DRAW.copiesAtOnce, scope) < 0.5 ? 0 : 90_000
    for (let copy = 1; copy <= copies; copy += 1) {
      const laterMs = spreadMs && chance.between(0, spreadMs, DRAW.copyDelay, scope)
      const id = `${this.spec.name}-${this.#sent}-copy-${copy}`
      this.#arrive({ ...message, id, attempts: 0 }, delayMs + laterMs)
    }
  }

  /** Puts something there that no object sent. */
  inject(body: unknown): void {
    this.#sent += 1
    const id = `${this.spec.name}-${this.#sent}`
    this.#arrive({ id, body, sentAtMs: this.#world.schedule.nowMs, attempts: 0 }, 1)
  }

  #arrive(message: Held, delayMs: number): void {
    this.#world.schedule.after(delayMs, () => {
      this.#waiting.push(message)
      this.#pump()
    })
  }

  #pump(): void {
    if (this.#isPumping || this.#waiting.length === 0) return
    const { faults, chance, schedule } = this.#world
    const { part } = this.spec
    this.#isPumping = true
    if (faults.strikes('queue-stalled', part)) {
      const stalledMs = chance.logBetween(500, STALLED_MS_MAX, DRAW.stall, part)
      this.#stalledUntilMs = this.#world.unwellUntil(schedule.nowMs + stalledMs)
    }
    const windowMs = chance.between(0, 20, DRAW.batchWindow, part)
    schedule.after(Math.max(windowMs, this.#stalledUntilMs - schedule.nowMs), () => {
      this.#isPumping = false
      this.#deliver(this.#waiting.splice(0, BATCH_MESSAGES_MAX))
      this.#pump()
    })
  }

  #deliver(batch: Held[]): void {
    const { faults, schedule } = this.#world
    const { part, name, consume } = this.spec
    const worker = workerCall(part)
    const verdicts = new Map<string, Verdict>()
    const messages = batch.map((held) => {
      held.attempts += 1
      return messageOf(held, (verdict) => verdicts.set(held.id, verdict))
    })
    this.#world.trace(() => `${name} delivers ${batch.map(shown).join(', ')}`)
    let isOver = false
    const end = (settle: (held: Held) => Verdict) => {
      if (isOver) return
      isOver = true
      worker.isDead = true
      this.#world.schedule.cancel(timeout)
      for (const held of batch) this.#settle(held, settle(held))
    }
    const timeout = schedule.after(VISIBILITY_MS, () => end(() => ({ kind: 'retry', delayS: 0 })))
    consume(messageBatch(name, messages, verdicts), worker).then(
      () => {
        if (worker.isDead || faults.strikes('worker-dies-unacknowledged', part)) {
          worker.isDead = true
          return
        }
        // A message that the handler says nothing of is done, as on the platform.
        end((held) => verdicts.get(held.id) ?? { kind: 'ack' })
      },
      (error: unknown) => {
        this.#world.trace(() => `${name} consumer threw ${String(error)}`)
        end((held) => verdicts.get(held.id) ?? { kind: 'retry', delayS: 0 })
      },
    )
  }

  #settle(held: Held, verdict: Verdict): void {
    const { maxRetries, deadLetters, part } = this.spec
    if (verdict.kind === 'ack') return
    const isOut = held.attempts > maxRetries
    if (isOut || (deadLetters && this.#world.faults.strikes('dead-lettered', part))) {
      deadLetters?.inject(held.body)
      return
    }
    // At once is within the second, as on the platform.
    this.#arrive(held, Math.max(verdict.delayS * 1_000, 50))
  }
}

const NONSENSE = { v: 1, orderId: 'no order', step: 7 }

const shown = ({ id, attempts }: Held) => (attempts === 1 ? id : `${id} (${attempts}.)`)

function messageOf(held: Held, judge: (verdict: Verdict) => void): Message {
  return {
    id: held.id,
    body: held.body,
    attempts: held.attempts,
    timestamp: new Date(held.sentAtMs),
    ack: () => judge({ kind: 'ack' }),
    retry: (options) => judge({ kind: 'retry', delayS: options?.delaySeconds ?? 0 }),
  }
}

function messageBatch(
  queue: string,
  messages: readonly Message[],
  verdicts: Map<string, Verdict>,
): MessageBatch {
  const all = (verdict: Verdict) => {
    for (const { id } of messages) verdicts.set(id, verdict)
  }
  return {
    queue,
    messages,
    metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } },
    ackAll: () => all({ kind: 'ack' }),
    retryAll: (options) => all({ kind: 'retry', delayS: options?.delaySeconds ?? 0 }),
  }
}
