/**
 * An order run by hand through the order saga, with everything fixed: the makings of a golden
 * journal. A golden journal is made once (`write-golden.ts`), when a version of a definition is released, and kept.
 */
import { decide } from '../../durable-objects/core/decide.ts'
import type { SagaDefinition } from '../../durable-objects/core/definition.ts'
import type { SagaEvent } from '../../durable-objects/core/events.ts'
import { type SagaId, isCustomerId, isOrderId, sagaIdOf } from '../../durable-objects/core/ids.ts'
import type { DecisionContext, SagaInput } from '../../durable-objects/core/inputs.ts'
import type { DefinitionRef, Direction, Outcome } from '../../durable-objects/core/messages.ts'
import { RETURN } from '../../durable-objects/order/status.ts'
import type { PlacedOrder } from '../../durable-objects/order-rpc.ts'
import { definitionOf } from '../../durable-objects/sagas/registry.ts'
import {
  type OrderState,
  type OrderTransition,
  evolveOrder,
} from '../../durable-objects/order/state.ts'

const usd = (amount: number) => ({ amount, currency: 'USD' })

export function parsed<Id extends string>(id: string, isId: (id: string) => id is Id): Id {
  if (!isId(id)) throw new RangeError(id)
  return id
}
export const GOLDEN_ORDER_ID = parsed(`ord_${'0123456789abcdef'.repeat(2)}`, isOrderId)
const SAGA_ID = sagaIdOf(GOLDEN_ORDER_ID)
const RETURN_ID = sagaIdOf(GOLDEN_ORDER_ID, RETURN)

const agreed: PlacedOrder = {
  customer: parsed(`cus_${'fedcba9876543210'.repeat(2)}`, isCustomerId),
  lines: [
    { sku: 'MUG-CLAY', title: 'Clay mug', quantity: 2, unitPrice: usd(1_800), total: usd(3_600) },
  ],
  subtotal: usd(3_600),
  discount: usd(360),
  pointsDiscount: usd(120),
  shipping: usd(490),
  total: usd(3_610),
  coupon: 'WELCOME10',
  points: 120,
  delivery: { day: '2026-11-25', region: 'GB' },
  payment: { token: 'tok_visa' },
}

export const goldenPlacing = {
  type: 'place',
  orderId: GOLDEN_ORDER_ID,
  sagaId: SAGA_ID,
  order: agreed,
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
} as const

/**
 * `restored`: from here on the object is another, which has the journal up to here. `return-asked`: the order's
 * second saga begins; replies name theirs.
 */
export type GoldenInput = {
  afterMs: number
  input:
    | Exclude<SagaInput<PlacedOrder>, { type: 'place' }>
    | Extract<SagaEvent, { type: 'restored' }>
    | { type: 'return-asked'; definition: DefinitionRef }
}

export const reply = (
  afterMs: number,
  step: string,
  outcome: Outcome,
  more: { attempt?: number; direction?: Direction; code?: string; sagaId?: SagaId } = {},
): GoldenInput => ({
  afterMs,
  input: {
    type: 'reply-received',
    reply: {
      v: 1,
      orderId: GOLDEN_ORDER_ID,
      sagaId: SAGA_ID,
      step,
      direction: 'action',
      attempt: 1,
      outcome,
      ...more,
    },
  },
})

const CONTEXT: Omit<DecisionContext, 'nowMs'> = {
  jitter: 0.5,
  openForMs: () => 0,
  replyWaitMs: (_, timeoutMs) => timeoutMs,
}
const PLACED_AT_MS = Date.UTC(2026, 10, 23, 12)

export function run(
  definition: SagaDefinition<PlacedOrder>,
  inputs: readonly GoldenInput[],
  agreement = agreed,
): { transitions: OrderTransition[]; order: OrderState | null } {
  const transitions: OrderTransition[] = []
  let order: OrderState | null = null
  const commit = (atMs: number, events: OrderTransition['events'], sagaId = SAGA_ID) => {
    if (events.length === 0) return
    const transition = { seq: transitions.length + 1, sagaId, atMs, events }
    transitions.push(transition)
    order = evolveOrder(order, GOLDEN_ORDER_ID, transition)
  }
  const placing = { ...goldenPlacing, order: agreement }
  const placed = decide(definition, null, placing, { ...CONTEXT, nowMs: PLACED_AT_MS })
  commit(PLACED_AT_MS, [
    { type: 'order-placed', order: agreement, bodyHash: 'a'.repeat(64) },
    ...placed.events,
  ])
  for (const { afterMs, input } of inputs) {
    const nowMs = PLACED_AT_MS + afterMs
    if (input.type === 'restored') {
      commit(nowMs, [input])
      continue
    }
    const context = { ...CONTEXT, nowMs }
    if (input.type === 'return-asked') {
      const returning = { ...placing, sagaId: RETURN_ID }
      commit(nowMs, decide(known(input.definition), null, returning, context).events, RETURN_ID)
      continue
    }
    const sagaId = input.type === 'reply-received' ? input.reply.sagaId : SAGA_ID
    const saga = stateOf(order).sagas.get(sagaId) ?? null
    const by = sagaId === SAGA_ID || !saga ? definition : known(saga.definition)
    commit(nowMs, decide(by, saga, input, context).events, sagaId)
  }
  return { transitions, order }
}

export function known({ name, version }: DefinitionRef): SagaDefinition<PlacedOrder> {
  const definition = definitionOf({ name, version })
  if (!definition) throw new Error(`there is no ${name} v${version} in sagas/registry.ts`)
  return definition
}

function stateOf(order: OrderState | null): OrderState {
  if (!order) throw new Error('no order was placed')
  return order
}
