/** One shopper with one errand, from the session to the order's end, whatever happens meanwhile. */
import { setTimeout as delay } from 'node:timers/promises'
import type { OrderView } from '../../worker/api/contract.ts'
import { type Customer, customerWith, openCustomer } from '../client/customer.ts'
import { UnexpectedAnswer } from '../client/http.ts'
import type { Errand } from './errands.ts'
import { type Ask, NotNow } from './patience.ts'
import { type Unrest, isAsAsked, unrestOf, wrongAfter } from './sightings.ts'

const LOOK_AGAIN_MS = 200
const LOOK_AGAIN_MS_MAX = 4_000
const HTTP_NOT_FOUND = 404

export type Purchase = {
  errand: Errand
  state:
    | { kind: 'waiting' }
    /** Sent, and not answered yet. */
    | { kind: 'asked' }
    /** Nothing was begun. */
    | { kind: 'refused'; code: string }
    | { kind: 'placed'; token: string; order: OrderView; unrest: Unrest[] }
  wasParked: boolean
  /** It had been accepted, and is not there any more, or is another. */
  isLost: boolean
  /** What else should not have happened. */
  wrongs: string[]
}

export const newPurchase = (errand: Errand): Purchase => ({
  errand,
  state: { kind: 'waiting' },
  wasParked: false,
  isLost: false,
  wrongs: [],
})

/** Orders that were accepted and, as far as their client knows, still move. */
export const isOpen = ({ state }: Purchase): boolean =>
  state.kind === 'placed' && !state.order.settled

function see(purchase: Purchase, token: string, order: OrderView): OrderView {
  const { state, errand } = purchase
  const before = state.kind === 'placed' ? state : null
  const wrong = before && wrongAfter(before.order, order)
  if (wrong !== null) purchase.wrongs.push(wrong)
  if (!isAsAsked(order, errand.order)) purchase.isLost = true
  if (order.steps.some(({ status }) => status === 'parked')) purchase.wasParked = true
  const unrest = unrestOf(order, before?.unrest ?? [])
  purchase.state = { kind: 'placed', token, order, unrest }
  return order
}

async function place(customer: Customer, { errand }: Purchase) {
  const placed = await customer.place(errand.order, errand.key)
  if (placed.kind === 'refused' && placed.status >= 500) throw new NotNow(placed.code)
  return placed
}

/** As long as it takes: the run as a whole has the bound. */
async function untilSettled(purchase: Purchase, token: string, ask: Ask): Promise<OrderView> {
  const read = async (): Promise<OrderView> => {
    const { id } = purchase.state.kind === 'placed' ? purchase.state.order : { id: '' }
    return see(purchase, token, await ask(({ url }) => customerWith(url, token).read(id)))
  }
  let pauseMs = LOOK_AGAIN_MS
  let order = await read()
  while (!order.settled) {
    await delay(pauseMs)
    pauseMs = Math.min(pauseMs * 1.5, LOOK_AGAIN_MS_MAX)
    order = await read()
  }
  return order
}

type Bought = { token: string; order: OrderView }

/** What an answer promises is held against how the order ends. */
async function followUp(purchase: Purchase, { order, token }: Bought, ask: Ask): Promise<void> {
  const { id } = order
  const promise = (holds: boolean, what: string): void => {
    if (!holds) purchase.wrongs.push(`${id} ${what}`)
  }
  const { kind } = purchase.errand
  const cancelling =
    kind === 'cancelled' ? await ask(({ url }) => customerWith(url, token).cancel(id)) : null
  const { status } = await untilSettled(purchase, token, ask)
  promise(
    cancelling?.kind !== 'accepted' || status === 'cancelled',
    `was cancelled and ended ${status}`,
  )
  promise(
    kind !== 'declined card' || status !== 'confirmed',
    'is confirmed, and its card was declined',
  )
  if (kind !== 'returned' || status !== 'confirmed') return
  see(purchase, token, await ask(({ url }) => customerWith(url, token).sendBack(id)))
  const ended = await untilSettled(purchase, token, ask)
  promise(ended.status === 'returned', `was sent back and ended ${ended.status}`)
}

/** Returns the order and its session, or null where there is nothing to follow. */
async function buy(purchase: Purchase, ask: Ask): Promise<Bought | null> {
  const { token } = await ask(({ url }) => openCustomer(url))
  const send = () => ask(({ url }) => place(customerWith(url, token), purchase))
  const times = purchase.errand.kind === 'sent twice' ? 2 : 1
  const answers = await Promise.all(Array.from({ length: times }, send))
  const orders = answers
    .flatMap((answer) => (answer.kind === 'placed' ? [answer.order] : []))
    .toSorted((a, b) => a.version - b.version)
  for (const order of orders) see(purchase, token, order)
  const refusal = answers.find((answer) => answer.kind === 'refused')
  const [order] = orders
  if (order !== undefined) return { token, order }
  if (refusal !== undefined) purchase.state = { kind: 'refused', code: refusal.code }
  return null
}

/** Neither ever rejects: what went wrong is in the purchase. */
export type Course = { answered: Promise<void>; ended: Promise<void> }

export function carryOut(purchase: Purchase, ask: Ask): Course {
  purchase.state = { kind: 'asked' }
  let bought: Bought | null = null
  const answered = guarded(purchase, async () => void (bought = await buy(purchase, ask)))
  const ended = answered.then(() =>
    guarded(purchase, async () => {
      if (bought !== null) await followUp(purchase, bought, ask)
    }),
  )
  return { answered, ended }
}

/**
 * At the very end: the order is still there, and its request, sent once more, brings the same
 * order and moves nothing.
 */
export async function checkAgain(purchase: Purchase, ask: Ask): Promise<void> {
  const { state } = purchase
  if (state.kind !== 'placed') return
  const { token, order } = state
  await guarded(purchase, async () => {
    see(purchase, token, await ask(({ url }) => customerWith(url, token).read(order.id)))
    const again = await ask(({ url }) => place(customerWith(url, token), purchase))
    if (again.kind === 'placed') see(purchase, token, again.order)
    else purchase.wrongs.push(`${order.id}, asked for again, is refused: ${again.code}`)
  })
}

async function guarded(purchase: Purchase, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (error instanceof UnexpectedAnswer && error.status === HTTP_NOT_FOUND) purchase.isLost = true
    purchase.wrongs.push(error instanceof Error ? error.message : String(error))
  }
}
