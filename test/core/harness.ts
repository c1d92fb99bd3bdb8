/** A saga under test: a clock that stands still until told, replies by hand, the whole journal. */
import {
  type InputsByStep,
  type SagaDefinition,
  defineSaga,
} from '../../durable-objects/core/definition.ts'
import { decide } from '../../durable-objects/core/decide.ts'
import type { Intervention, SagaEvent } from '../../durable-objects/core/events.ts'
import { evolve } from '../../durable-objects/core/evolve.ts'
import { isOrderId, sagaIdOf } from '../../durable-objects/core/ids.ts'
import type { OutgoingCommand, SagaInput } from '../../durable-objects/core/inputs.ts'
import type { Direction, Outcome, Reply } from '../../durable-objects/core/messages.ts'
import { refusalOf } from '../../durable-objects/core/refusals.ts'
import { type SagaState, nextDueAtMs, sagaStatus } from '../../durable-objects/core/saga-state.ts'

export type Basket = { coupon: boolean; free: boolean }

/** Shaped like an order: two holds side by side, one on top of the other, a pivot, two finishers. */
export const trip = defineSaga<Basket, InputsByStep>()({
  name: 'trip',
  version: 1,
  compensatable: {
    flight: { domain: 'air', input: () => ({ seats: 2 }) },
    hotel: { domain: 'rooms', input: () => ({ nights: 3 }) },
    transfer: { domain: 'road', after: ['flight'], input: () => ({ km: 12 }) },
    coupon: { domain: 'coupons', input: () => ({ code: 'SUN' }), needed: (it) => it.coupon },
  },
  pivot: { name: 'pay', domain: 'card', input: () => ({ cents: 900 }), needed: (it) => !it.free },
  retriable: {
    ticket: { domain: 'air', input: () => ({ seats: 2 }) },
    letter: { domain: 'post', after: ['ticket'], input: () => ({ pages: 1 }) },
  },
})

const anOrderId = (hex: string) => {
  const id = `ord_${hex.padStart(32, '0')}`
  if (!isOrderId(id)) throw new Error(id)
  return id
}
export const ORDER_ID = anOrderId('1')
export const SAGA_ID = sagaIdOf(ORDER_ID)
export const OPERATOR = { by: 'Grace', reason: 'the domain was down' }

export class SagaUnderTest {
  nowMs = 1_000_000
  jitter = 0.5
  state: SagaState | null = null
  /** Domains whose breaker is open, and for how long still. */
  readonly open = new Map<string, number>()
  /** How many times as long as usual domains are waited for. */
  readonly slowness = new Map<string, number>()
  /** Each time that a domain's breaker was asked. */
  readonly asked: { domain: string; attempt: number }[] = []
  readonly journal: { event: SagaEvent; atMs: number }[] = []
  readonly sent: OutgoingCommand[] = []
  /** How long the journal was after each transition. */
  readonly #lengths: number[] = []

  readonly definition: SagaDefinition<Basket>

  constructor(definition: SagaDefinition<Basket> = trip) {
    this.definition = definition
  }

  static placed(basket: Partial<Basket> = {}): SagaUnderTest {
    const saga = new SagaUnderTest()
    saga.place(basket)
    return saga
  }

  readonly openForMs = (domain: string, attempt: number): number => {
    this.asked.push({ domain, attempt })
    return this.open.get(domain) ?? 0
  }
  readonly replyWaitMs = (domain: string, timeoutMs: number): number =>
    timeoutMs * (this.slowness.get(domain) ?? 1)

  place(basket: Partial<Basket> = {}): OutgoingCommand[] {
    const order = { coupon: true, free: false, ...basket }
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    return this.input({ type: 'place', orderId: ORDER_ID, sagaId: SAGA_ID, order, traceparent })
  }

  input(input: SagaInput<Basket>): OutgoingCommand[] {
    const { events, commands } = decide(this.definition, this.state, input, this)
    if (events.length > 0) this.#commit(events)
    this.sent.push(...commands)
    return commands
  }

  #commit(events: readonly SagaEvent[]): void {
    for (const event of events) {
      this.journal.push({ event, atMs: this.nowMs })
      this.state = evolve(this.state, SAGA_ID, event, this.nowMs)
    }
    this.#lengths.push(this.journal.length)
  }

  /** One of the breakers opens for a while, or closes. */
  turnBreaker(choice: number): void {
    const domains = [...new Set(this.definition.steps.map((step) => step.domain))]
    const domain = domains[choice % domains.length] ?? ''
    if (!this.open.delete(domain)) this.open.set(domain, choice + 1)
  }

  get transitions(): number {
    return this.#lengths.length
  }

  /** The object is lost, and rebuilt from the first transitions of its journal. */
  restore(transitions: number): void {
    this.#lengths.length = Math.min(transitions, this.#lengths.length)
    this.journal.length = this.#lengths.at(-1) ?? 0
    this.state = foldOf(this.journal)
    this.#commit([{ type: 'restored', epoch: 2, ...OPERATOR }])
  }

  operator(intervention: Intervention): OutgoingCommand[] {
    return this.input({ type: 'operator', ...OPERATOR, ...intervention })
  }

  /** Why an operator may not do it; null when it is possible. */
  refusalOf(intervention: Intervention) {
    return this.state && refusalOf(this.state, intervention)
  }

  reply(step: string, outcome: Outcome, more: Partial<Reply> = {}): OutgoingCommand[] {
    return this.input({ type: 'reply-received', reply: this.replyOf(step, outcome, more) })
  }

  /** To what was sent last. */
  replyOf(step: string, outcome: Outcome, more: Partial<Reply> = {}): Reply {
    const direction = more.direction ?? 'action'
    const attempt = this.lastSent(step, direction)?.attempt ?? 1
    const about = { v: 1, orderId: ORDER_ID, sagaId: SAGA_ID, step, direction, attempt } as const
    return { ...about, outcome, ...more }
  }

  compensated(step: string): OutgoingCommand[] {
    return this.reply(step, 'done', { direction: 'compensation' })
  }

  /** Lets time pass up to the next thing that is due. */
  elapse(): OutgoingCommand[] {
    const dueAtMs = this.state && nextDueAtMs(this.state)
    if (dueAtMs === null) throw new Error('nothing is due')
    this.nowMs = Math.max(this.nowMs, dueAtMs)
    return this.input({ type: 'timer' })
  }

  elapseUntil(atMs: number): OutgoingCommand[] {
    const TIMERS_MAX = 1_000
    const sent: OutgoingCommand[] = []
    for (let fired = 0; this.dueAtMs !== null && this.dueAtMs <= atMs; fired += 1) {
      if (fired === TIMERS_MAX) throw new Error('a timer fires without end')
      sent.push(...this.elapse())
    }
    this.nowMs = Math.max(this.nowMs, atMs)
    return sent
  }

  /** Everything up to the pivot goes well. */
  upToPivot(): this {
    for (const step of ['flight', 'hotel', 'coupon', 'transfer']) {
      if (this.state?.steps.has(step)) this.reply(step, 'done')
    }
    return this
  }

  get dueAtMs(): number | null {
    return this.state && nextDueAtMs(this.state)
  }

  get status() {
    return this.state && sagaStatus(this.state)
  }

  statusOf(step: string) {
    return this.state?.steps.get(step)?.status
  }

  lastSent(step: string, direction: Direction): OutgoingCommand | undefined {
    return this.sent.findLast((it) => it.step === step && it.direction === direction)
  }

  eventsOf(type: SagaEvent['type']) {
    return this.journal.map(({ event }) => event).filter((event) => event.type === type)
  }
}

export const foldOf = (journal: SagaUnderTest['journal']): SagaState | null =>
  journal.reduce<SagaState | null>(
    (state, { event, atMs }) => evolve(state, SAGA_ID, event, atMs),
    null,
  )

export const names = (commands: readonly OutgoingCommand[]): string[] =>
  commands.map(({ step, direction }) => (direction === 'action' ? step : `compensate ${step}`))
