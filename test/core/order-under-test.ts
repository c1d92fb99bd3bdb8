/** An order's object: its process, and what may be asked of it, over surroundings that are given. */
import type { Transition } from '../../durable-objects/core/events.ts'
import { sagaIdOf } from '../../durable-objects/core/ids.ts'
import type { Reply } from '../../durable-objects/core/messages.ts'
import { OrderProcess } from '../../durable-objects/order-process.ts'
import { OrderRequests } from '../../durable-objects/order-requests.ts'
import type { Intervention, Placement } from '../../durable-objects/order-rpc.ts'
import { ORDER_CREATE, definitionOf } from '../../durable-objects/sagas/registry.ts'
import { GOLDEN_ORDER_ID, goldenPlacing } from './golden-run.ts'
import { OPERATOR } from './harness.ts'
import { Surroundings } from './surroundings.ts'

export const SAGA_ID = sagaIdOf(GOLDEN_ORDER_ID)
export const RETURN_ID = sagaIdOf(GOLDEN_ORDER_ID, 'return')
export const CUSTOMER = goldenPlacing.order.customer
export const SHIP_TO = {
  name: 'Ada',
  line1: '1 Way',
  city: 'Bath',
  postalCode: 'BA1',
  country: 'GB',
}

export const PLACEMENT: Placement = {
  orderId: GOLDEN_ORDER_ID,
  customer: CUSTOMER,
  bodyHash: 'hash',
  shipTo: SHIP_TO,
  traceparent: goldenPlacing.traceparent,
  definition: ORDER_CREATE.ref,
  decision: { quote: goldenPlacing.order },
}

/** An order's object over surroundings that outlive it. */
export class Order {
  readonly around: Surroundings
  readonly process: OrderProcess
  readonly requests: OrderRequests

  constructor(around = new Surroundings(), find = definitionOf) {
    this.around = around
    this.process = new OrderProcess(around, find)
    this.requests = new OrderRequests(this.process, around.journal, 3_000)
  }

  static placed(): Order {
    const order = new Order()
    order.requests.place(PLACEMENT)
    return order
  }

  reply(step: string, outcome: Reply['outcome'] = 'done', more: Partial<Reply> = {}): void {
    const sagaId = more.sagaId ?? SAGA_ID
    const about = { v: 1, orderId: GOLDEN_ORDER_ID, sagaId, step, attempt: 1 } as const
    this.requests.reply({ ...about, direction: 'action', outcome, ...more })
  }

  done(...steps: string[]): this {
    for (const step of steps) this.reply(step)
    return this
  }

  intervene(intervention: DistributiveOmit<Intervention, 'by' | 'reason' | 'sagaId'>) {
    return this.requests.intervene({ sagaId: SAGA_ID, ...OPERATOR, ...intervention })
  }

  restore(transitions: Transition[], orderId = GOLDEN_ORDER_ID) {
    return this.requests.restore(orderId, { transitions, epoch: 2, ...OPERATOR })
  }
}
type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown
  ? Omit<Union, Key>
  : never

export const HOLDS = ['reserve-stock', 'redeem-coupon', 'freeze-points', 'reserve-delivery']
export const FINISHERS = ['commit-stock', 'commit-coupon', 'deduct-points', 'book-delivery']
export const completed = () => Order.placed().done(...HOLDS, 'charge-card', ...FINISHERS)
