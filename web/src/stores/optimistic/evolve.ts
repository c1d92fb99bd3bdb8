/** How each event changes what is known. Pure; repeated and old events change nothing. */
import { unreachable } from '../../../../durable-objects/core/unreachable.ts'
import type { OrderId } from '../../../../durable-objects/core/ids.ts'
import type { OrderView } from '../../../../worker/api/contract.ts'
import { adjustLines } from './basket-lines.ts'
import type { Event, Local, Operation, State } from './model.ts'

const REFUSALS_KEPT_MAX = 20

export function evolve(state: State, event: Event): State {
  const { local } = state
  switch (event.type) {
    case 'basket-changed':
      return withLocal(state, {
        basket: adjustLines(local.basket, [{ sku: event.sku, quantity: event.by }]),
      })
    case 'submitted':
      return find(local, event.operation.orderId)
        ? state
        : withLocal(state, { operations: [...local.operations, event.operation] })
    case 'unanswered':
      return mapOperation(state, event.orderId, (it) =>
        it.stage === 'sending' ? { ...it, stage: 'unconfirmed' } : it,
      )
    case 'accepted':
      return seen(accept(state, event.orderId), event.order)
    case 'refused':
      return refuse(state, event)
    case 'order-seen':
      // An order that the server shows is accepted, whatever became of the answer that said so.
      return seen(accept(state, event.order.id), event.order)
    case 'read':
      return read(state, event)
    case 'adopted':
      return { ...state, local: event.local }
    default:
      return unreachable(event)
  }
}

const withLocal = (state: State, change: Partial<Local>): State => ({
  ...state,
  local: { ...state.local, ...change },
})

const find = (local: Local, orderId: string): Operation | undefined =>
  local.operations.find((it) => it.orderId === orderId)

function mapOperation(state: State, orderId: string, map: (it: Operation) => Operation): State {
  if (!find(state.local, orderId)) return state
  const operations = state.local.operations.map((it) => (it.orderId === orderId ? map(it) : it))
  return withLocal(state, { operations })
}

const dropOperation = (local: Local, orderId: string): Operation[] =>
  local.operations.filter((it) => it.orderId !== orderId)

/** From now on the order is the server's, and its lines are no longer the basket's. */
function accept(state: State, orderId: string): State {
  const operation = find(state.local, orderId)
  if (!operation || operation.stage === 'accepted') return state
  const taken = operation.request.lines.map(({ sku, quantity }) => ({ sku, quantity: -quantity }))
  const accepted = mapOperation(state, orderId, (it) => ({ ...it, stage: 'accepted' }))
  return withLocal(accepted, { basket: adjustLines(state.local.basket, taken) })
}

function refuse(state: State, { orderId, refusal }: Extract<Event, { type: 'refused' }>): State {
  const operation = find(state.local, orderId)
  // A late refusal of a repeat cannot undo what the server has already shown to exist.
  if (!operation || operation.stage === 'accepted') return state
  const { request, prices } = operation
  const refusals = [{ ...refusal, request, prices }, ...state.local.refusals]
  return withLocal(state, {
    operations: dropOperation(state.local, orderId),
    refusals: refusals.slice(0, REFUSALS_KEPT_MAX),
  })
}

function seen(state: State, order: OrderView): State {
  const known = state.server.orders[order.id]
  if (known && !isNewer(order, known)) return state
  const next: State = {
    ...state,
    server: { ...state.server, orders: { ...state.server.orders, [order.id]: order } },
  }
  // Its holds are being released: from here on the reads tell, and they are made anew.
  const ended = order.status === 'failed' || order.status === 'cancelled'
  return ended ? withLocal(next, { operations: dropOperation(next.local, order.id) }) : next
}

const isNewer = (one: OrderView, other: OrderView): boolean =>
  one.epoch > other.epoch || (one.epoch === other.epoch && one.version > other.version)

function read(state: State, event: Extract<Event, { type: 'read' }>): State {
  const { server, local } = state
  if (event.began <= server.readBegan[event.name]) return state
  const known = local.operations.every((it) => event.contains.includes(it.orderId))
  // With nothing to show yet, a doubtful read is better than none.
  if (!known && server[event.name] !== null) return state
  const operations = local.operations
    .map((it) => contained(it, event))
    .filter((it) => it.missingFrom.length > 0)
  return {
    server: {
      ...server,
      readBegan: { ...server.readBegan, [event.name]: event.began },
      ...(event.name === 'me' ? { me: event.value } : { catalog: event.value }),
    },
    local: { ...local, operations },
  }
}

const contained = (operation: Operation, event: Extract<Event, { type: 'read' }>): Operation =>
  event.contains.includes(operation.orderId)
    ? { ...operation, missingFrom: operation.missingFrom.filter((it) => it !== event.name) }
    : operation

const HOLDS = ['reserve-stock', 'redeem-coupon', 'freeze-points']

/** The operations whose holds a read that begins now is certain to contain (O4). */
export function containedNow(state: State): OrderId[] {
  return state.local.operations
    .filter((it) => it.stage === 'accepted')
    .map((it) => it.orderId)
    .filter((id) => {
      const order = state.server.orders[id]
      if (!order) return false
      if (order.status !== 'pending') return true
      const holds = order.steps.filter((step) => HOLDS.includes(step.name))
      return holds.length > 0 && holds.every((step) => step.status === 'succeeded')
    })
}
