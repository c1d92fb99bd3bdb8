/** A shopper's order, and what domains have done for it: the effects, whoever asked for them. */
import type { PlacedOrder } from '../../../durable-objects/order-rpc.ts'
import { ORDER_CREATE } from '../../../durable-objects/sagas/registry.ts'
import type { Chance } from '../chance.ts'
import { DRAW } from './draws.ts'
import { ALL_AGREED, agreedOn } from './agreed.ts'
import { COUPON_SHARE, DECLINED_SHARE, POINTS_SHARE } from './parameters.ts'

export type OrderStep = (typeof ORDER_CREATE.steps)[number]

const STEP_INDEX = new Map(ORDER_CREATE.steps.map(({ name }, index) => [name, index]))

/** Looked at so often that they are kept. */
const STEPS = new Map(
  ALL_AGREED.map((agreed) => [agreed, ORDER_CREATE.steps.filter(({ needed }) => needed(agreed))]),
)

/** What a command is about: the same for every attempt at it. */
export const scopeOf = (step: string, direction: Asked['direction']): number =>
  2 * (STEP_INDEX.get(step) ?? 0) + (direction === 'action' ? 0 : 1)

/** As commands of the engine, as far as it matters here. */
export type Asked = {
  step: string
  direction: 'action' | 'compensation'
  mode: 'execute' | 'resolve'
  attempt: number
}

export type Answer = 'done' | 'rejected' | 'void'

export class Order {
  readonly index: number
  /** When the shopper first asked. */
  readonly fromMs: number
  readonly agreed: PlacedOrder
  readonly #isDeclined: boolean
  readonly #effects = new Map<string, Answer>()

  constructor(index: number, fromMs: number, chance: Chance) {
    const isSo = (share: number, what: number) => chance.nth(what, index, 0) < share
    this.index = index
    this.fromMs = fromMs
    this.agreed = agreedOn(isSo(COUPON_SHARE, DRAW.coupon), isSo(POINTS_SHARE, DRAW.points))
    this.#isDeclined = isSo(DECLINED_SHARE, DRAW.declined)
  }

  get steps(): readonly OrderStep[] {
    return STEPS.get(this.agreed) ?? []
  }

  /** What a domain answers, once it has done it: a repeat gets the first answer. */
  carryOut({ step, direction, mode }: Asked): Answer {
    if (direction === 'compensation') {
      this.#effects.set(step, 'void')
      return 'done'
    }
    const known = this.#effects.get(step)
    if (known) return known
    const answer = mode === 'resolve' ? 'void' : this.#first(step)
    this.#effects.set(step, answer)
    return answer
  }

  #first(step: string): Answer {
    return step === 'charge-card' && this.#isDeclined ? 'rejected' : 'done'
  }
}
