/**
 * An order's journal, played back: how each of its steps stood after each transition. The fold is the
 * object's own, so the console cannot tell another story.
 */
import type { ParkReason } from '../../../../durable-objects/core/events.ts'
import type { DefinitionRef } from '../../../../durable-objects/core/messages.ts'
import { type OrderId, type SagaId, isOrderId } from '../../../../durable-objects/core/ids.ts'
import { parkedSteps } from '../../../../durable-objects/core/refusals.ts'
import type { SagaState, StepState } from '../../../../durable-objects/core/saga-state.ts'
import {
  type OrderState,
  type OrderTransition,
  evolveOrder,
} from '../../../../durable-objects/order/state.ts'
import type { SagaDetail } from '../../../../worker/api/ops/contract.ts'
import { believe } from '../../api/believe.ts'

export type Moment = {
  transition: OrderTransition
  /** Since the first transition. */
  sinceMs: number
  order: OrderState
}

/** One for each transition, oldest first. */
export function momentsOf({
  order,
  transitions,
}: Pick<SagaDetail, 'order' | 'transitions'>): Moment[] {
  if (!isOrderId(order.id)) throw new TypeError(`not an order's id: ${order.id}`)
  return played(order.id, believe<OrderTransition[]>(transitions))
}

function played(orderId: OrderId, transitions: readonly OrderTransition[]): Moment[] {
  const startedAtMs = transitions[0]?.atMs ?? 0
  const moments: Moment[] = []
  let state: OrderState | null = null
  for (const transition of transitions) {
    state = evolveOrder(state, orderId, transition)
    if (state === null) throw new TypeError(`${orderId}: the journal does not begin with the order`)
    moments.push({ transition, sinceMs: transition.atMs - startedAtMs, order: state })
  }
  return moments
}

export type StepStatusName = StepState['status']

/** `not-begun`: its saga has not; `not-run`: its turn does not come any more. */
export function wordAt(
  moment: Moment,
  sagaId: SagaId,
  name: string,
): StepStatusName | 'not-begun' | 'not-run' {
  const status = stepAt(moment, sagaId, name)?.status ?? 'not-begun'
  const isOver = moment.order.sagas.get(sagaId)?.phase !== 'running'
  return status === 'waiting' && isOver ? 'not-run' : status
}

/** Null: its saga has not started yet. */
export const stepAt = ({ order }: Moment, sagaId: SagaId, name: string): StepState | null =>
  order.sagas.get(sagaId)?.steps.get(name) ?? null

export type Stuck = { saga: SagaState; step: StepState; reason: ParkReason; code: string }

/** The parked steps that an operator can do something about, of all sagas. */
export const stuckIn = ({ order }: Moment): Stuck[] =>
  [...order.sagas.values()].flatMap((saga) =>
    parkedSteps(saga).map((step) => ({ saga, step, reason: step.reason, code: step.code })),
  )

/**
 * What an event says beside its type, in short: `reserve-stock`, `attempt=2`, `due=+250ms`, which is after
 * `atMs`, the time of its transition. What is long is left to the API.
 */
export function particularsOf(event: { type: string }, atMs: number): string[] {
  return Object.entries(event).flatMap(([name, value]: [string, unknown]) => {
    if (value === null || LONG.has(name)) return []
    if (name === 'step' && typeof value === 'string') return [value]
    if (name === 'definition') return [nameOf(believe<DefinitionRef>(value))]
    if (typeof value === 'number' && name.endsWith('AtMs')) {
      return [`${name.slice(0, -'AtMs'.length)}=+${value - atMs}ms`]
    }
    return isPlain(value) ? [`${name}=${value}`] : []
  })
}

const isPlain = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value)

const LONG: ReadonlySet<string> = new Set(['type', 'bodyHash', 'traceparent'])

const nameOf = ({ name, version }: DefinitionRef): string => `${name}@${version}`
