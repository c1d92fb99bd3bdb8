/** Placing orders: makes the operation, keeps it first, sends it, and resumes it after a reload. */
import { defineStore } from 'pinia'
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import type { OrderRequest } from '../../../worker/api/contract.ts'
import { orderIdFor } from '../../../worker/api/order-id.ts'
import { placeOrder, readOrder } from '../api/shop-api.ts'
import { useSession } from './session.ts'
import { delayMs, deliver } from './optimistic/deliver.ts'
import type { Prices } from './optimistic/model.ts'
import { pause } from './optimistic/pause.ts'
import { useOptimistic } from './optimistic/store.ts'

const RESUME_ATTEMPTS_MAX = 1_000

export const useOrders = defineStore('orders', () => {
  const optimistic = useOptimistic()
  const session = useSession()
  const underWay = new Set<OrderId>()

  async function send(orderId: OrderId): Promise<void> {
    if (underWay.has(orderId)) return
    underWay.add(orderId)
    try {
      await deliver(orderId, {
        find: optimistic.operation,
        dispatch: optimistic.dispatch,
        place: (it) => placeOrder(it.orderId, it.idempotencyKey, it.request),
        read: readKnownOrder,
        reopenSession: session.reopen,
        pause,
        random: Math.random,
        now: () => new Date().toISOString(),
      })
    } finally {
      underWay.delete(orderId)
    }
  }

  /** The page moves at once: the id is known before the server is asked. */
  async function submit(request: OrderRequest, prices: Prices): Promise<OrderId> {
    const customer = await session.ensure()
    const idempotencyKey = crypto.randomUUID()
    const orderId = await orderIdFor(customer, idempotencyKey)
    optimistic.dispatch({
      type: 'submitted',
      operation: {
        orderId,
        idempotencyKey,
        customer,
        request,
        prices,
        placedAt: new Date().toISOString(),
        stage: 'sending',
        missingFrom: ['me', 'catalog'],
      },
    })
    void send(orderId)
    return orderId
  }

  /** Called at start: what was pending when the page was left goes on. */
  async function resume(): Promise<void> {
    if (optimistic.state.local.operations.length === 0) return
    const customer = await sessionInTheEnd()
    if (!customer) return
    for (const { orderId, customer: owner } of optimistic.state.local.operations) {
      if (owner === customer) void send(orderId)
      else forget(orderId)
    }
  }

  async function sessionInTheEnd() {
    for (let attempt = 0; attempt < RESUME_ATTEMPTS_MAX; attempt += 1) {
      try {
        return await session.ensure()
      } catch {
        // The pages show that the server does not answer; the operations wait, unharmed.
        await pause(delayMs(attempt, Math.random()))
      }
    }
    return null
  }

  /** Another customer's session: this browser can no longer ask for that order. */
  function forget(orderId: OrderId): void {
    const at = new Date().toISOString()
    const refusal = { orderId, code: 'session-changed', title: '', errors: [], at }
    optimistic.dispatch({ type: 'refused', orderId, refusal })
  }

  return { submit, resume }
})

async function readKnownOrder(orderId: OrderId) {
  const found = await readOrder(orderId)
  // Without If-None-Match there is no 304.
  if (!found) throw new TypeError('no order in the answer')
  return found.order
}
