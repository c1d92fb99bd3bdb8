/**
 * The least world that a saga can live in: domains that obey the barrier, and a network that may
 * lose, double and reorder. What it does next is chosen from outside, so that a property test
 * can try everything and shrink.
 */
import type { OutgoingCommand } from '../../durable-objects/core/inputs.ts'
import type { Reply } from '../../durable-objects/core/messages.ts'
import { hasEnded, pivotOf } from '../../durable-objects/core/saga-state.ts'
import { ORDER_ID, SagaUnderTest } from './harness.ts'

type Effect = 'none' | 'done' | 'rejected' | 'compensated' | 'void'

export class ModelWorld {
  readonly saga = new SagaUnderTest()
  readonly effects = new Map<string, Effect>()
  #commands: OutgoingCommand[] = []
  #replies: Reply[] = []

  readonly verdicts: Record<string, 'reject'>

  /** `verdicts` says which steps their domains refuse; the rest are accepted. */
  constructor(verdicts: Record<string, 'reject'>) {
    this.verdicts = verdicts
  }

  send(commands: readonly OutgoingCommand[]): void {
    this.#commands.push(...commands)
  }

  get commandsInFlight(): number {
    return this.#commands.length
  }
  get repliesInFlight(): number {
    return this.#replies.length
  }

  /** A domain gets one of the commands under way; with `keep` the network delivers it again. */
  deliverCommand(choice: number, keep: boolean): void {
    const command = take(this.#commands, choice, keep)
    if (command) this.#replies.push(this.#answer(command))
  }

  deliverReply(choice: number, keep: boolean): void {
    const reply = take(this.#replies, choice, keep)
    if (reply) this.send(this.saga.input({ type: 'reply-received', reply }))
  }

  loseCommand(choice: number): void {
    take(this.#commands, choice, false)
  }
  loseReply(choice: number): void {
    take(this.#replies, choice, false)
  }

  /**
   * The object is lost, and restored without its last transitions; what it sent is still on its
   * way. Only a saga without a pivot, whose decision nobody else keeps, must let it pass (R4).
   */
  loseObject(transitionsLost: number): void {
    const { saga } = this
    if (!saga.state) return
    if (!pivotOf(saga.state)) {
      while (this.commandsInFlight > 0) this.deliverCommand(0, false)
      while (this.repliesInFlight > 0) this.loseReply(0)
    }
    saga.restore(Math.max(1, saga.transitions - transitionsLost))
  }

  turnBreaker(choice: number): void {
    this.saga.turnBreaker(choice)
  }

  /** From here on the network and the domains are well: the saga must come to its end. */
  settle(): void {
    const ROUNDS_MAX = 200
    this.saga.open.clear()
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      while (this.commandsInFlight > 0) this.deliverCommand(0, false)
      while (this.repliesInFlight > 0) this.deliverReply(0, false)
      if (this.saga.state && hasEnded(this.saga.state) && this.commandsInFlight === 0) return
      if (this.saga.dueAtMs !== null) this.send(this.saga.elapse())
    }
  }

  /** Follows the barrier: a repeat answers as before, a compensation that is early wins. */
  #answer(command: OutgoingCommand): Reply {
    const { step, direction, attempt, sagaId } = command
    const about = { v: 1, orderId: ORDER_ID, sagaId, step, direction, attempt } as const
    const effect = this.effects.get(step) ?? 'none'
    if (direction === 'compensation') {
      if (effect === 'none' || effect === 'done') this.effects.set(step, 'compensated')
      return { ...about, outcome: 'done' }
    }
    if (effect === 'done') return { ...about, outcome: 'done' }
    if (effect === 'void') return { ...about, outcome: 'void' }
    if (effect !== 'none') return { ...about, outcome: 'rejected', code: 'refused' }
    if (command.mode === 'resolve') {
      this.effects.set(step, 'void')
      return { ...about, outcome: 'void' }
    }
    const refused = this.verdicts[step] === 'reject'
    const retriable = this.saga.state?.steps.get(step)?.plan.kind === 'retriable'
    this.effects.set(step, refused && !retriable ? 'rejected' : 'done')
    return refused && !retriable
      ? { ...about, outcome: 'rejected', code: 'refused' }
      : { ...about, outcome: 'done' }
  }

  get pivotSucceeded(): boolean {
    const pivot = this.saga.state && pivotOf(this.saga.state)
    return pivot ? pivot.status === 'succeeded' : false
  }
}

function take<Item>(items: Item[], choice: number, keep: boolean): Item | undefined {
  if (items.length === 0) return undefined
  const index = choice % items.length
  return keep ? items[index] : items.splice(index, 1)[0]
}
