/** The order as the API and the socket give it: whole, and only what its owner may see. */
import type { OrderView, ShipTo, StepView } from '../../worker/api/contract.ts'
import { type SagaState, type StepState, hasEnded, heldOf } from '../core/saga-state.ts'
import { failureOf } from './failure.ts'
import { type OrderState, isSettled } from './state.ts'
import { createSagaOf, isOrderCancellable, isReturnable, orderStatus } from './status.ts'

export function orderView(order: OrderState, shipTo: ShipTo | null): OrderView {
  const { agreed } = order
  const saga = createSagaOf(order)
  const failure = failureOf(saga, agreed)
  return {
    id: order.orderId,
    status: orderStatus(order),
    settled: isSettled(order),
    version: order.version,
    epoch: order.epoch,
    sagaId: saga.sagaId,
    placedAt: isoTime(order.placedAtMs),
    lines: agreed.lines,
    subtotal: agreed.subtotal,
    discount: agreed.discount,
    pointsDiscount: agreed.pointsDiscount,
    shipping: agreed.shipping,
    total: agreed.total,
    ...(agreed.coupon === undefined ? {} : { coupon: agreed.coupon }),
    ...(agreed.points === undefined ? {} : { points: agreed.points }),
    delivery: agreed.delivery,
    ...(shipTo ? { shipTo } : {}),
    payment: agreed.payment,
    steps: [...order.sagas.values()].flatMap(stepViews),
    cancellable: isOrderCancellable(order),
    returnable: isReturnable(order),
    ...(failure ? { failure } : {}),
  }
}

function stepViews(saga: SagaState): StepView[] {
  return [...saga.steps.values()].map((step) => stepView(step, hasEnded(saga)))
}

function stepView(step: StepState, ended: boolean): StepView {
  const held = ended ? undefined : heldOf(step)
  return {
    name: step.plan.name,
    domain: step.plan.domain,
    kind: step.plan.kind,
    status: ended && step.status === 'waiting' ? 'not-run' : step.status,
    attempt: 'attempt' in step ? step.attempt : 0,
    ...(step.startedAtMs === null ? {} : { startedAt: isoTime(step.startedAtMs) }),
    ...(step.endedAtMs === null ? {} : { endedAt: isoTime(step.endedAtMs) }),
    ...('code' in step && step.code ? { code: step.code } : {}),
    ...(held ? { heldUntil: isoTime(held.untilMs) } : {}),
  }
}

const isoTime = (atMs: number): string => new Date(atMs).toISOString()
