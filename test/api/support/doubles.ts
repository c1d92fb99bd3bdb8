/** Doubles of what the API asks: five domains and the order objects, in memory. */
import type { CustomerId, OrderId } from '../../../durable-objects/core/ids.ts'
import { isCustomerId, isOrderId, sagaIdOf } from '../../../durable-objects/core/ids.ts'
import type { Command } from '../../../durable-objects/core/messages.ts'
import { BreakersInMemory } from '../../support/breakers.ts'
import { commandQueuesOf } from '../../support/each-domain.ts'
import { RolloutDouble } from '../../support/rollouts.ts'
import type { ChangeResult, Inspection, PlacedOrder } from '../../../durable-objects/order-rpc.ts'
import type { OrderVersion, OrderView } from '../../../worker/api/contract.ts'
import type { ApiBindings, OrderObject } from '../../../worker/api/ports.ts'
import type { DomainReads, PaymentRecord } from '../../../worker/domains/reads.ts'

export const usd = (amount: number) => ({ amount, currency: 'USD' })
export const jpy = (amount: number) => ({ amount, currency: 'JPY' })

export function orderIdOfNumber(number: number): OrderId {
  const id = `ord_${number.toString(16).padStart(32, '0')}`
  if (!isOrderId(id)) throw new RangeError(id)
  return id
}

export function customerOfNumber(number: number): CustomerId {
  const id = `cus_${number.toString(16).padStart(32, '0')}`
  if (!isCustomerId(id)) throw new RangeError(id)
  return id
}

/** Anything that is asked of it fails, as a binding does whose Worker is down. */
export const down = (): never => {
  throw new Error('the network connection was lost')
}

/** A database that is down. */
export const lostDatabase: D1Database = {
  prepare: down,
  batch: down,
  exec: down,
  withSession: down,
  dump: down,
}

const quietDomain: DomainReads = {
  violations: async () => [],
  holds: async () => ({ items: [], next: null }),
  askAboutLeases: async () => ({ asked: 0, kept: 0, released: 0, unanswered: 0 }),
  orderIds: async () => ({ items: [], next: null }),
  setFaults: async () => true,
}

export const DAYS = [
  { day: '2026-12-01', available: 0 },
  { day: '2026-12-02', available: 5 },
  { day: '2026-12-03', available: 5 },
]

type Overrides = Partial<Omit<ApiBindings, 'ORDERS'>> & { orders?: OrderDouble[] }

export function bindings(
  databases: { catalog: D1Database; sagaLog: D1Database },
  { orders = [], ...overrides }: Overrides = {},
): ApiBindings {
  const objects = new Map<OrderId, OrderDouble>(orders.map((order) => [order.orderId, order]))
  return {
    CATALOG_DB: databases.catalog,
    SAGA_LOG_DB: databases.sagaLog,
    INVENTORY: {
      ...quietDomain,
      availability: async (skus) => skus.map((sku) => ({ sku, available: 10 })),
    },
    COUPONS: {
      ...quietDomain,
      offers: async () => [],
      check: async () => ({ ok: true, discount: usd(100) }),
    },
    POINTS: {
      ...quietDomain,
      openAccount: async () => {},
      balance: async () => ({ available: 500, frozen: 0 }),
    },
    LOGISTICS: { ...quietDomain, days: async (region) => (region === 'US' ? DAYS : []) },
    PAYMENTS: { ...quietDomain, payments: async () => ({ items: [], next: null }) },
    ...commandQueuesOf(() => new QueueDouble<Command>()),
    SAGA_LOG: new QueueDouble(),
    WEBHOOKS: new QueueDouble(),
    TRACES: new QueueDouble(),
    BREAKERS: new BreakersInMemory(),
    ROLLOUTS: new RolloutDouble(),
    SESSION_RATE_LIMIT: new RateLimitDouble(),
    ADDRESS_RATE_LIMIT: new RateLimitDouble(),
    STATUS: { getByName: () => ({ fetch: async () => new Response(null, { status: 503 }) }) },
    SESSION_SECRET: 'a secret of the tests',
    SAGA_DEADLINE_MS: '3000',
    OPERATOR_TOKEN: 'an-operator',
    ...overrides,
    ORDERS: {
      getByName(orderId) {
        const object = objects.get(orderId) ?? new OrderDouble(orderId)
        objects.set(orderId, object)
        return object
      },
    },
  }
}

/** A queue that keeps what it is sent. */
export class QueueDouble<Body> implements Queue<Body> {
  readonly sent: Body[] = []

  send: Queue<Body>['send'] = async (body) => {
    this.sent.push(body)
    return QUEUE_ANSWER
  }

  sendBatch: Queue<Body>['sendBatch'] = async (messages) => {
    for (const { body } of messages) this.sent.push(body)
    return QUEUE_ANSWER
  }

  metrics: Queue<Body>['metrics'] = async () => QUEUE_ANSWER.metadata.metrics
}

/** Lets so many requests through for each key, and remembers the keys. */
export class RateLimitDouble implements RateLimit {
  readonly keys: string[] = []
  readonly #limit: number

  constructor(limit = Infinity) {
    this.#limit = limit
  }

  limit: RateLimit['limit'] = async ({ key }) => {
    this.keys.push(key)
    return { success: this.keys.filter((other) => other === key).length <= this.#limit }
  }
}

const QUEUE_ANSWER = { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } }

/** An order's object that remembers what it was given, and answers changes as it is told to. */
export class OrderDouble implements OrderObject {
  readonly orderId: OrderId
  #placed: { order: OrderView; bodyHash: string; customer: CustomerId } | null = null
  change: (order: OrderView) => ChangeResult = (order) => ({ kind: 'accepted', order })
  changes: string[] = []
  waitedMs: number[] = []
  inspection: () => Inspection | null = () => null

  constructor(orderId: OrderId) {
    this.orderId = orderId
  }

  place: OrderObject['place'] = async ({ bodyHash, customer, shipTo, decision }) => {
    if (this.#placed) {
      const isSame = this.#placed.bodyHash === bodyHash && this.#placed.customer === customer
      return isSame ? { kind: 'existing', order: this.#placed.order } : { kind: 'other-body' }
    }
    if ('refusal' in decision) return { kind: 'refused', refusal: decision.refusal }
    const order = { ...viewOf(this.orderId, decision.quote), shipTo }
    this.#placed = { order, bodyHash, customer }
    return { kind: 'placed', order }
  }

  /** What is waited for comes at once. */
  readOutcome: OrderObject['readOutcome'] = async (customer, waitMs) => {
    this.waitedMs.push(waitMs)
    const result = await this.read(customer)
    return result.kind === 'found'
      ? { kind: 'found', order: { ...result.order, status: 'confirmed', version: 7 } }
      : result
  }

  read: OrderObject['read'] = async (customer) => {
    const order = this.#orderOf(customer)
    return order ? { kind: 'found', order } : { kind: 'not-found' }
  }

  readFollowed: OrderObject['readFollowed'] = async () =>
    this.#placed ? { kind: 'found', order: this.#placed.order } : { kind: 'not-found' }

  cancel: OrderObject['cancel'] = async (customer, ifVersion) =>
    this.#changed(customer, 'cancel', ifVersion)

  requestReturn: OrderObject['requestReturn'] = async (customer, ifVersion) =>
    this.#changed(customer, 'return', ifVersion)

  changeAddress: OrderObject['changeAddress'] = async (customer, shipTo, ifVersion) =>
    this.#changed(customer, `address ${shipTo.name}`, ifVersion)

  issueSocketTicket: OrderObject['issueSocketTicket'] = async (customer) =>
    this.#orderOf(customer) ? 'a-ticket' : null

  reply: OrderObject['reply'] = async () => {}
  commandDied: OrderObject['commandDied'] = async () => {}
  poke: OrderObject['poke'] = async () => {}
  journalHead: OrderObject['journalHead'] = async () => null
  askAboutLease: OrderObject['askAboutLease'] = async () => ({ kind: 'keep' })
  intervene: OrderObject['intervene'] = async () => ({ kind: 'not-found' })
  remind: OrderObject['remind'] = async () => null
  crash: OrderObject['crash'] = async (customer) => this.#orderOf(customer) !== null
  restore: OrderObject['restore'] = async () => ({ kind: 'not-restorable' })
  inspect: OrderObject['inspect'] = async () => this.inspection()
  fetch: OrderObject['fetch'] = async () => new Response(null, { status: 403 })

  #orderOf(customer: CustomerId): OrderView | null {
    return this.#placed?.customer === customer ? this.#placed.order : null
  }

  #changed(
    customer: CustomerId,
    change: string,
    ifVersion: OrderVersion | undefined,
  ): ChangeResult {
    const order = this.#orderOf(customer)
    if (!order) return { kind: 'not-found' }
    this.changes.push(ifVersion === undefined ? change : `${change} if ${ifVersion.version}`)
    return this.change(order)
  }
}

function viewOf(orderId: OrderId, agreed: PlacedOrder): OrderView {
  const { customer: _customer, ...shown } = agreed
  return {
    ...shown,
    id: orderId,
    status: 'pending',
    settled: false,
    version: 5,
    epoch: 1,
    sagaId: orderId,
    placedAt: '2026-11-23T00:00:00.000Z',
    steps: [],
    cancellable: true,
    returnable: false,
  }
}

export const AGREED: PlacedOrder = {
  customer: customerOfNumber(1),
  lines: [{ sku: 'MUG', title: 'Mug', quantity: 1, unitPrice: usd(1000), total: usd(1000) }],
  subtotal: usd(1000),
  discount: usd(0),
  pointsDiscount: usd(0),
  shipping: usd(490),
  total: usd(1490),
  delivery: { day: '2026-12-02', region: 'US' },
  payment: { token: 'tok_visa' },
}

type Story = {
  status: string
  orderStatus?: OrderView['status']
  settled?: boolean
  transitions?: number
  returned?: 'running' | 'completed'
}

/** An order of 1490 as its object would tell of it. */
export function inspectionOf(orderId: OrderId, story: Story): Inspection {
  const count = story.transitions ?? 3
  const sagas = [
    { sagaId: sagaIdOf(orderId), definition: 'order-create', version: 1, status: story.status },
    ...(story.returned
      ? [
          {
            sagaId: sagaIdOf(orderId, 'return'),
            definition: 'order-return',
            version: 1,
            status: story.returned,
          },
        ]
      : []),
  ]
  const transitions = Array.from({ length: count }, (_, index) => ({
    seq: index + 1,
    sagaId: sagaIdOf(orderId),
    atMs: 1_000 * index,
    events: [{ type: 'told' }],
  }))
  const order = {
    ...viewOf(orderId, AGREED),
    status: story.orderStatus ?? 'pending',
    settled: story.settled ?? false,
    version: count,
  }
  const customer = AGREED.customer
  return { order, customer, epoch: 1, transitions, writeOffs: [], sagas }
}

export const paid = (orderId: OrderId, kept: Partial<PaymentRecord> = {}): PaymentRecord => ({
  orderId,
  captures: 1,
  captured: 1490,
  refunded: 0,
  currency: 'USD',
  ...kept,
})
