/**
 * Brings one pending operation to the server and stays with it until its effects are in what
 * the server tells. Repeat-safe at every point: the idempotency key never changes.
 */
import type { OrderId } from '../../../../durable-objects/core/ids.ts'
import type { OrderView } from '../../../../worker/api/contract.ts'
import { ApiProblem } from '../../api/client.ts'
import type { Event, Operation } from './model.ts'

export type DeliveryPorts = {
  find(orderId: OrderId): Operation | undefined
  dispatch(event: Event): void
  place(operation: Operation): Promise<OrderView>
  read(orderId: OrderId): Promise<OrderView>
  /** Opens a session again; tells which customer it is. */
  reopenSession(): Promise<string>
  pause(ms: number): Promise<void>
  random(): number
  now(): string
}

const DELAY_MS_MIN = 1_000
const DELAY_MS_MAX = 30_000
const ATTEMPTS_MAX = 1_000
/** Statuses below 500 that say "later", not "no". */
const LATER = [408, 425, 429]

/** Half of it fixed, half by chance, so that many browsers do not come back at once. */
export function delayMs(attempt: number, random: number): number {
  const whole = Math.min(DELAY_MS_MAX, DELAY_MS_MIN * 2 ** Math.min(attempt, 10))
  return Math.round(whole / 2 + (whole / 2) * random)
}

export async function deliver(orderId: OrderId, ports: DeliveryPorts): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const operation = ports.find(orderId)
    if (!operation) return
    if (operation.stage === 'accepted') await follow(orderId, ports)
    else await place(operation, ports)
    if (!ports.find(orderId)) return
    await ports.pause(delayMs(attempt, ports.random()))
  }
}

async function place(operation: Operation, ports: DeliveryPorts): Promise<void> {
  const { orderId } = operation
  try {
    ports.dispatch({ type: 'accepted', orderId, order: await ports.place(operation) })
  } catch (error) {
    if (!(error instanceof ApiProblem) || isLater(error)) {
      ports.dispatch({ type: 'unanswered', orderId })
      return
    }
    if (error.status === 401 && (await isSameCustomer(operation, ports))) return
    ports.dispatch({ type: 'refused', orderId, refusal: refusalOf(orderId, error, ports.now()) })
  }
}

/** A service that is out of order is no refusal, unless the order could go without: then who placed it decides. */
const isLater = ({ status, code, errors }: ApiProblem) =>
  code === 'domain-unavailable' ? errors.length === 0 : status >= 500 || LATER.includes(status)

/** True also when it cannot be told now: then the order is simply sent again. */
async function isSameCustomer(operation: Operation, ports: DeliveryPorts): Promise<boolean> {
  try {
    return (await ports.reopenSession()) === operation.customer
  } catch {
    return true
  }
}

/** Looks after an accepted order that no page is watching, until a read contains its holds. */
async function follow(orderId: OrderId, ports: DeliveryPorts): Promise<void> {
  try {
    ports.dispatch({ type: 'order-seen', order: await ports.read(orderId) })
  } catch {
    // Asked again after the pause; nothing on the page depends on this one answer.
  }
}

const refusalOf = (orderId: OrderId, problem: ApiProblem, at: string) => ({
  orderId,
  code: problem.code,
  title: problem.message,
  ...(problem.detail !== undefined && { detail: problem.detail }),
  errors: problem.errors,
  at,
})
