/**
 * An operator: retries what waits for one, gives up what stays refused, restores what was lost, and
 * sometimes does what nobody needs.
 */
import type { SagaId } from '../../durable-objects/core/ids.ts'
import type { Intervention } from '../../durable-objects/order-rpc.ts'
import { sendAgain } from '../../worker/api/ops/replay.ts'
import { takeJournal } from '../../worker/api/ops/saga-log-reads.ts'
import { workerCall } from './caller.ts'
import { callObject, databaseOf } from './calls.ts'
import type { Database } from './database.ts'
import { DRAW } from './draws.ts'
import type { OrderObject } from './order-object.ts'
import { partNumber } from './parts.ts'
import { standIn } from './stand-in.ts'
import type { World } from './world.ts'

const COMES_WITHIN_MS = 30_000
const RETRIES_MAX = 3
const VISITS_MAX = 30
const OPERATOR = { by: 'night shift', reason: 'simulated' }
const PART = partNumber('sweep')

type ParkedStep = { sagaId: SagaId; step: string; isPivot: boolean }

function needingOperator({ order }: OrderObject): ParkedStep[] {
  return [...(order?.sagas.values() ?? [])].flatMap((saga) =>
    [...saga.steps.values()]
      .filter((step) => step.status === 'parked' && step.reason === 'needs-operator')
      .map(({ plan }) => ({
        sagaId: saga.sagaId,
        step: plan.name,
        isPivot: plan.kind === 'pivot',
      })),
  )
}

/** Comes by when something waits for an operator, and again until nothing does. */
export class Operator {
  readonly #world: World
  readonly #expected = new Set<OrderObject>()
  readonly #retries = new Map<string, number>()
  readonly #visits = new Map<OrderObject, number>()

  constructor(world: World) {
    this.#world = world
  }

  /** Told of every change; `object` may need help. */
  notice(object: OrderObject): void {
    if (this.#expected.has(object) || needingOperator(object).length === 0) return
    this.#expected.add(object)
    this.#comeLater(object, () => {
      this.#expected.delete(object)
      for (const parked of needingOperator(object)) this.#help(object, parked)
      this.notice(object)
    })
  }

  #help(object: OrderObject, { sagaId, step, isPivot }: ParkedStep): void {
    const key = `${sagaId}/${step}`
    const retries = (this.#retries.get(key) ?? 0) + 1
    this.#retries.set(key, retries)
    const givesUp =
      retries > RETRIES_MAX || this.#world.faults.strikes('operator-gives-up', object.scope)
    const action = givesUp && !isPivot ? 'skip' : 'retry'
    this.intervene(object, { ...OPERATOR, sagaId, action, step })
  }

  intervene(object: OrderObject, intervention: Intervention): void {
    this.#world.trace(() => `operator: ${intervention.action} at ${object.name}`)
    callObject(this.#world, object, workerCall(PART), ({ requests }) =>
      requests.intervene(intervention),
    ).catch(() => undefined)
  }

  /** Does something to a saga that needs nothing; false if there is none. */
  meddle(object: OrderObject): boolean {
    const saga = [...(object.order?.sagas.values() ?? [])].at(-1)
    if (!saga) return false
    const { sagaId } = saga
    const step = [...saga.steps.keys()][0] ?? ''
    const actions: [Intervention, ...Intervention[]] = [
      { ...OPERATOR, sagaId, action: 'resume' },
      { ...OPERATOR, sagaId, action: 'compensate' },
      { ...OPERATOR, sagaId, action: 'retry', step },
    ]
    this.intervene(object, this.#world.chance.pick(actions, DRAW.operator, object.scope))
    return true
  }

  /** Sends the newest dead letter again; false if there is none. */
  replay(): boolean {
    const [letter] = this.#world.stage.databases['saga-log'].all(
      'select 1 from dead_letter limit 1',
    )
    if (letter) this.#replayNewest().catch(() => undefined)
    return letter !== undefined
  }

  async #replayNewest(): Promise<void> {
    const caller = workerCall(PART)
    const letter = await databaseOf(this.#world, 'saga-log', caller)
      .prepare('select body from dead_letter order by at_ms desc, message_id limit 1')
      .first<string>('body')
    if (letter === null) return
    this.#world.trace(() => 'operator: sends a dead letter again')
    await sendAgain(standIn(this.#world.bindings), JSON.parse(letter))
  }

  /** Nothing is well before the operator has come; but one who comes in vain is no excuse. */
  #comeLater(object: OrderObject, act: () => void): void {
    if (this.#world.isHopeless) return
    const { chance, schedule } = this.#world
    const visits = (this.#visits.get(object) ?? 0) + 1
    this.#visits.set(object, visits)
    const afterMs = chance.logBetween(500, COMES_WITHIN_MS, DRAW.operator, object.scope)
    if (visits <= VISITS_MAX) this.#world.unwellUntil(schedule.nowMs + afterMs)
    schedule.after(afterMs, act)
  }

  /** Restores an order's object from D1, as soon as D1 answers. */
  restore(object: OrderObject, onRestored: () => void): void {
    this.#comeLater(object, () => {
      if (!object.isLost) return
      // What died on the way never answers: the operator comes back to look.
      this.restore(object, onRestored)
      this.#restore(object).then(
        (isDone) => {
          if (isDone && object.isLost) onRestored()
        },
        () => undefined,
      )
    })
  }

  async #restore(object: OrderObject): Promise<boolean> {
    const caller = workerCall(PART)
    const living = await callObject(this.#world, object, caller, ({ requests }) =>
      requests.journalHead(),
    )
    if (living) return true
    const database = databaseOf(this.#world, 'saga-log', caller)
    const journal = await takeJournal(database, object.orderId)
    if (!journal) throw new Error(`D1 knows nothing of ${object.name}`)
    const { kind } = await callObject(this.#world, object, caller, ({ requests }) =>
      requests.restore(object.orderId, { ...OPERATOR, ...journal }),
    )
    this.#world.trace(() => `operator: ${object.name} is ${kind}`)
    return kind !== 'not-restorable'
  }
}

/** Whether an object may lose its storage, and what it was told can still be found out. */
export function canBeRestored({ order, isLost, orderId }: OrderObject, sagaLog: Database): boolean {
  if (!order || isLost) return false
  const [first] = sagaLog.all('select 1 from saga_event where order_id = ? and seq = 1', [orderId])
  // Without a pivot nobody but the object knows what was decided (R4 of restored.ts).
  return first !== undefined && order.agreed.total.amount > 0
}
