/** The same commands that edge-saga's order sends (`durable-objects/sagas/order-create.ts`). */
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import { sagaIdOf } from '../../../durable-objects/core/ids.ts'
import {
  type Command,
  type Direction,
  MESSAGE_VERSION,
  type Reply,
} from '../../../durable-objects/core/messages.ts'
import type { PlacedOrder } from '../../../durable-objects/order-rpc.ts'
import type { Domain } from '../../../worker/domains/reads.ts'
import type { StepInputs } from '../../../worker/domains/steps.ts'

const DEFINITION = { name: 'bench-workflow', version: 1 }
const BUDGET_MS = 10_000
const HOLD_MS = 600_000

/** A domain's Worker, as far as it is called here. */
export type Executor = { execute(command: Command): Promise<Reply> }

export type Step = {
  [Name in keyof StepInputs]: { domain: Domain; name: Name; input: StepInputs[Name] }
}[keyof StepInputs]

type Sections = { holds: Step[]; pivot: Step; commits: Step[] }

export function stepsOf(order: PlacedOrder): Sections {
  const { customer, coupon = '', points = 0, delivery, subtotal, discount, total } = order
  const lines = order.lines.map(({ sku, quantity }) => ({ sku, quantity }))
  return {
    holds: [
      { domain: 'inventory', name: 'reserve-stock', input: { lines } },
      {
        domain: 'coupons',
        name: 'redeem-coupon',
        input: { customer, coupon, subtotal, discount },
      },
      { domain: 'points', name: 'freeze-points', input: { customer, points } },
      { domain: 'logistics', name: 'reserve-delivery', input: delivery },
    ],
    pivot: {
      domain: 'payments',
      name: 'charge-card',
      input: { customer, amount: total, token: order.payment.token },
    },
    commits: [
      { domain: 'inventory', name: 'commit-stock', input: { lines } },
      { domain: 'coupons', name: 'commit-coupon', input: { customer, coupon } },
      { domain: 'points', name: 'deduct-points', input: { customer, points } },
      { domain: 'logistics', name: 'book-delivery', input: delivery },
    ],
  }
}

export function commandOf(
  orderId: OrderId,
  { name, input }: Step,
  direction: Direction,
  attempt: number,
): Command {
  return {
    v: MESSAGE_VERSION,
    orderId,
    sagaId: sagaIdOf(orderId),
    definition: DEFINITION,
    step: name,
    direction,
    mode: 'execute',
    attempt,
    budgetMs: BUDGET_MS,
    holdMs: HOLD_MS,
    traceparent: TRACEPARENT,
    input,
  }
}
/** Nobody follows it: Workflows have no trace of their own to carry on. */
const TRACEPARENT = '00-00000000000000000000000000000001-0000000000000001-00'
