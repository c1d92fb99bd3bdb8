/** What production's sagas come to, in the same books as the others. */
import {
  type SagaState,
  type StepState,
  hasEnded,
  isDecided,
} from '../../../../durable-objects/core/saga-state.ts'
import type { Books, Ending } from '../books.ts'
import type { Order } from '../order.ts'

type Seen = { isConfirmed: boolean; begun: Set<string>; parked: Set<string>; stuck: Set<string> }

export class SagaBooks {
  readonly #books: Books
  readonly #seen = new Map<Order, Seen>()

  constructor(books: Books) {
    this.#books = books
  }

  note(order: Order, saga: SagaState, nowMs: number): void {
    const seen = this.#seen.get(order) ?? newSeen()
    this.#seen.set(order, seen)
    if (!seen.isConfirmed && saga.phase !== 'compensating' && isDecided(saga)) {
      seen.isConfirmed = true
      this.#books.ended(order, 'confirmed', nowMs)
      this.#books.commits.begun += order.steps.filter(({ kind }) => kind === 'retriable').length
    }
    this.#noteCompensations(saga, seen)
    if (!hasEnded(saga)) return
    if (saga.phase === 'completed') {
      const commits = order.steps.filter(({ kind }) => kind === 'retriable').length
      this.#books.commits.completed += commits
    } else this.#books.ended(order, endingOf(saga), nowMs)
    this.#seen.delete(order)
  }

  /** Steps that wait for an operator, each named once. */
  newlyStuck(order: Order, saga: SagaState): StepState[] {
    const seen = this.#seen.get(order)
    return [...saga.steps.values()].filter((step) => {
      const { name } = step.plan
      if (step.status !== 'parked' || step.reason !== 'needs-operator') return false
      if (!seen || seen.stuck.has(name)) return false
      seen.stuck.add(name)
      return true
    })
  }

  #noteCompensations(saga: SagaState, seen: Seen): void {
    if (saga.phase === 'running' || saga.phase === 'completed') return
    const { compensations } = this.#books
    for (const step of saga.steps.values()) {
      const { name } = step.plan
      const isOne =
        step.status === 'compensating' ||
        step.status === 'compensated' ||
        (step.status === 'parked' && step.direction === 'compensation')
      if (isOne && !seen.begun.has(name)) {
        seen.begun.add(name)
        compensations.begun += 1
      }
      if (step.status === 'parked') seen.parked.add(name)
    }
    if (saga.phase !== 'compensated') return
    for (const step of saga.steps.values()) {
      const { name } = step.plan
      if (step.status === 'skipped') compensations.lost += 1
      if (step.status !== 'compensated') continue
      compensations.completed += 1
      if (seen.stuck.has(name)) compensations.byOperator += 1
      else if (seen.parked.has(name)) compensations.parked += 1
    }
  }
}

const newSeen = (): Seen => ({
  isConfirmed: false,
  begun: new Set(),
  parked: new Set(),
  stuck: new Set(),
})

const endingOf = ({ failure }: SagaState): Ending =>
  failure?.code === 'card-declined' ? 'declined' : 'failed'
