/** The page knows steps by their names. Where a saga has others, a row of an order would stand still. */
import { describe, expect, it } from 'vitest'
import {
  ORDER_CREATE,
  ORDER_RETURN,
  definitionOf,
  versionsOf,
} from '../../durable-objects/sagas/registry.ts'
import type { OrderView, StepView } from '../../worker/api/contract.ts'
import { type HoldState, holdsOf } from '../../web/src/composables/order-holds.ts'
import { badgeOf, isMoving, phaseOfServer } from '../../web/src/composables/order-phase.ts'
import { containedNow } from '../../web/src/stores/shop-state/freshness.ts'
import { orderId, serverOrder } from './support/orders.ts'
import { accepted, emptyShop, orderSeen, play, submitted } from './support/shop-events.ts'

type Step = Pick<StepView, 'name' | 'domain' | 'kind'>

const id = orderId(7)
const wish = { id, lines: [{ sku: 'MUG', quantity: 2 }], points: 300, coupon: 'TEN' }

const named = ({ name, domain, kind }: Step): Step => ({ name, domain, kind })
const orderOf = (
  steps: readonly Step[],
  statusOf: (step: Step) => StepView['status'],
): OrderView => ({
  ...serverOrder(wish),
  steps: steps.map((step) => ({ ...named(step), status: statusOf(step), attempt: 1 })),
})

const hasStepOf = (domain: string, steps: readonly Step[]): boolean =>
  steps.some((step) => step.domain === domain)

const states = (all: readonly Step[]) =>
  Object.fromEntries(
    holdsOf(orderOf(all, () => 'succeeded')).map(({ domain, state }) => [domain, state]),
  )
const known = (order: OrderView) =>
  containedNow(play(emptyShop(), submitted(wish), accepted(id), orderSeen(order)))

it('an order that the page draws itself has the steps of a new order', () => {
  expect(serverOrder(wish).steps.map(named)).toEqual(ORDER_CREATE.steps.map(named))
})

describe.each(versionsOf(ORDER_CREATE.ref.name))('of an order on v%i', (version) => {
  const { steps } = definitionOf({ ...ORDER_CREATE.ref, version }) ?? { steps: [] }
  const retriable = steps.filter(({ kind }) => kind === 'retriable')
  const holding = steps.filter(({ kind }) => kind !== 'retriable')
  const kept = (domain: string) => (hasStepOf(domain, retriable) ? 'final' : 'held')

  it('the rows of its domains follow what holds, keeps and gives back', () => {
    const row = (stateOf: (domain: string) => HoldState) =>
      Object.fromEntries(steps.map(({ domain }) => [domain, stateOf(domain)]))
    const where = 'web/src/composables/order-holds.ts'

    expect(states(steps), where).toEqual(row(kept))
    expect(states(holding), where).toEqual(row(() => 'held'))
    expect(states([...steps, ...ORDER_RETURN.steps]), where).toEqual(
      row((domain) => (hasStepOf(domain, ORDER_RETURN.steps) ? 'released' : kept(domain))),
    )
  })

  it.each(ORDER_RETURN.steps)(
    'is being returned as soon as $name is to be done, and not before',
    (step) => {
      const confirmed = { status: 'confirmed', settled: false } as const
      const order = { ...orderOf(steps, () => 'succeeded'), ...confirmed }
      expect(phaseOfServer(order)).toBe('confirmedFinishing')
      const back = { ...named(step), status: 'waiting', attempt: 0 } as const
      const phase = phaseOfServer({ ...order, steps: [...order.steps, back] })
      expect(phase).toBe('returning')
      expect(isMoving(phase)).toBe(true)
      expect(badgeOf(phase).word).toBe('confirmed')
    },
  )

  it.each(['inventory', 'coupons', 'points'])('what %s holds is waited for', (domain) => {
    const isHold = (step: Step) => step.domain === domain && step.kind === 'compensatable'
    expect(known(orderOf(steps, () => 'succeeded'))).toEqual([id])
    expect(known(orderOf(steps, (step) => (isHold(step) ? 'started' : 'succeeded')))).toEqual([])
  })
})
