/** Brings an operation to the shop's API once, and tells what the answer means for it. */
import type { OrderView } from '../../../../worker/api/contract.ts'
import { believe } from '../../api/believe.ts'
import { ApiProblem, Unanswered } from '../../api/client.ts'
import {
  cancelOrder,
  changeAddress,
  placeOrder,
  readOrder,
  returnOrder,
} from '../../api/shop-api.ts'
import type { Protocol } from '../optimistic/attach.ts'
import type { Refusal } from '../optimistic/protocol.ts'
import type { Answer } from '../optimistic/send.ts'
import { useSession } from '../session.ts'
import { SHOP, isAt } from './definition.ts'
import { type AddressChange, type Change, type Known, type Own, orderSnapshot } from './model.ts'

/** Statuses below 500 that say "later", not "no". */
const LATER = [408, 425, 429]

const LATER_ANSWER: Answer<Known> = { type: 'later' }

export const SHOP_PROTOCOL: Protocol<Known, Change, Own> = {
  ...SHOP,

  async send({ payload }, signal) {
    try {
      const customer = await useSession().ensure()
      if (isAnothers(payload, customer)) return anotherCustomer
      return { type: 'accepted', snapshots: [snapshotOf(await request(payload, signal))] }
    } catch (error) {
      if (error instanceof Unanswered) return LATER_ANSWER
      if (!(error instanceof ApiProblem)) throw error
      if (isLater(error)) return { type: 'later', afterMs: error.retryAfterMs }
      return isOfAnotherSession(error) ? reopen() : refused(error)
    }
  },

  async ask({ payload }) {
    const session = useSession()
    const customer = await session.ensure()
    if (isAnothers(payload, customer)) return 'gone'
    const found = await session.within(() => readOrder(payload.orderId))
    return found ? [snapshotOf(found.order)] : []
  },
}

/** As the server has just told of it. */
export const snapshotOf = (order: OrderView) => orderSnapshot(order, new Date().toISOString())

function request(change: Change, signal: AbortSignal): Promise<OrderView> {
  switch (change.kind) {
    case 'place':
      return placeOrder(change, signal)
    case 'address':
      return sendAddress(change, signal)
    case 'cancel':
      return cancelOrder(change.orderId, signal)
    default:
      return returnOrder(change.orderId, signal)
  }
}

/** Where the order has moved since, but not its address, nobody else's change is in the way. */
async function sendAddress(change: AddressChange, signal: AbortSignal): Promise<OrderView> {
  const { orderId, from, shipTo } = change
  for (let { after } = change; ;) {
    try {
      return await changeAddress(orderId, after, shipTo, signal)
    } catch (error) {
      const isStale = error instanceof ApiProblem && error.code === 'version-stale'
      const current = isStale ? currentOf(error.body) : null
      if (!current || !from || !isAt(current, from)) throw error
      after = current
    }
  }
}

/** A service that is out of order is no refusal, unless the order could go without: then who placed it decides. */
const isLater = ({ status, code, errors }: ApiProblem): boolean =>
  code === 'domain-unavailable' ? errors.length === 0 : status >= 500 || LATER.includes(status)

/** It has ended; or the cookie is another customer's, whose order would have another id, as a tab beside has opened one. */
const isOfAnotherSession = ({ status, code }: ApiProblem): boolean =>
  status === 401 || code === 'saga-id-mismatch'

/** A session that ended is opened again; where it is another customer's now, nothing of before can go on. */
async function reopen(): Promise<Answer<Known>> {
  const session = useSession()
  const before = session.customer
  return (await session.reopen()) === before ? LATER_ANSWER : anotherCustomer
}

const isAnothers = (change: Change, customer: string): boolean =>
  change.kind === 'place' && change.customer !== customer

const anotherCustomer: Answer<Known> = {
  type: 'refused',
  refusal: { code: 'session-changed', title: '', errors: [] },
  snapshots: [],
}

/** A refusal for its state brings the state along, as `current`. */
function refused({ code, message, detail, errors, body }: ApiProblem): Answer<Known> {
  const refusal: Refusal = { code, title: message, errors }
  const current = currentOf(body)
  return {
    type: 'refused',
    refusal: detail === undefined ? refusal : { ...refusal, detail },
    snapshots: current ? [snapshotOf(current)] : [],
  }
}

function currentOf(body: unknown): OrderView | null {
  if (typeof body !== 'object' || body === null || !('current' in body)) return null
  return believe<OrderView | null>(body.current)
}
