/**
 * A saga as the published design has it, carried out with care: holds side by side, the charge, then the holds
 * made final. What may have begun is compensated, the charge among it, whose compensation makes it
 * impossible. What is given up then is lost: nobody comes back to it.
 */
import { isDomain } from '../../../../worker/domains/reads.ts'
import type { Books, Ending } from '../books.ts'
import type { Answer, Order, OrderStep } from '../order.ts'
import type { World } from '../world.ts'
import { type Trying, callUntilAnswered } from './persistent-call.ts'
import { FORWARD_MS, type Rules } from './rules.ts'

type Results = Map<OrderStep, Answer | null>

export class ClassicSaga {
  readonly #world: World
  readonly #rules: Rules
  readonly #books: Books
  readonly #order: Order
  readonly #steps: readonly OrderStep[]
  readonly #forwardUntilMs: number

  constructor(world: World, rules: Rules, books: Books, order: Order) {
    this.#world = world
    this.#rules = rules
    this.#books = books
    this.#order = order
    this.#steps = order.steps
    this.#forwardUntilMs = world.schedule.nowMs + FORWARD_MS
  }

  start(): void {
    this.#together(this.#ofKind('compensatable'), 'action', (holds) => {
      if (![...holds.values()].every((it) => it === 'done'))
        return this.#compensate(holds, 'failed')
      this.#together(this.#ofKind('pivot'), 'action', (charge) => {
        const [answer] = charge.values()
        if (answer === 'done') return this.#confirm()
        const ending = answer === 'rejected' ? 'declined' : 'failed'
        this.#compensate(new Map([...holds, ...charge]), ending)
      })
    })
  }

  #confirm(): void {
    const { commits } = this.#books
    this.#end('confirmed')
    const steps = this.#ofKind('retriable')
    commits.begun += steps.length
    this.#together(steps, 'afterwards', (results) => {
      for (const answer of results.values()) commits[answer === null ? 'lost' : 'completed'] += 1
    })
  }

  #compensate(begun: Results, ending: Ending): void {
    const { compensations } = this.#books
    const steps = [...begun].filter(([, answer]) => answer !== 'rejected').map(([step]) => step)
    compensations.begun += steps.length
    this.#together(steps, 'compensation', (results) => {
      for (const answer of results.values()) {
        compensations[answer === null ? 'lost' : 'completed'] += 1
      }
      this.#end(ending)
    })
  }

  #together(
    steps: readonly OrderStep[],
    what: 'action' | 'compensation' | 'afterwards',
    ended: (results: Results) => void,
  ): void {
    const results: Results = new Map()
    for (const step of steps) {
      callUntilAnswered(
        this.#world,
        this.#rules,
        this.#order,
        this.#trying(step, what),
        (answer) => {
          results.set(step, answer)
          if (results.size === steps.length) ended(results)
        },
      )
    }
  }

  #trying({ name, domain }: OrderStep, what: 'action' | 'compensation' | 'afterwards'): Trying {
    if (!isDomain(domain)) throw new RangeError(domain)
    const isForward = what === 'action'
    return {
      domain,
      step: name,
      direction: what === 'compensation' ? 'compensation' : 'action',
      retries: isForward ? this.#rules.actions : this.#rules.afterwards,
      untilMs: isForward ? this.#forwardUntilMs : Infinity,
    }
  }

  #ofKind(kind: OrderStep['kind']): OrderStep[] {
    return this.#steps.filter((step) => step.kind === kind)
  }

  #end(ending: Ending): void {
    this.#books.ended(this.#order, ending, this.#world.schedule.nowMs)
  }
}
