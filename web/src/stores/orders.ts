/** Placing orders: the page moves at once, because the order's id is known before the server is asked. */
import { defineStore } from 'pinia'
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import type { OrderRequest, Quote } from '../../../worker/api/contract.ts'
import { orderIdFor } from '../../../worker/api/order-id.ts'
import { useSession } from './session.ts'
import { placings } from './shop-state/model.ts'
import { useShopState } from './shop-state/store.ts'

export const useOrders = defineStore('orders', () => {
  const shop = useShopState()
  const session = useSession()

  /** `quote`: what the shopper was shown. `prepare` is done before the order can be sent. */
  async function submit(
    request: OrderRequest,
    { problems: _problems, token, ...prices }: Quote,
    prepare?: (id: OrderId) => Promise<void>,
  ): Promise<OrderId> {
    const customer = await session.ensure()
    const unanswered = unansweredFor(request)
    if (unanswered) {
      await shop.$optimistic.retry(unanswered)
      return unanswered
    }
    const idempotencyKey = crypto.randomUUID()
    const orderId = await orderIdFor(customer, idempotencyKey)
    await prepare?.(orderId)
    await shop.$optimistic.submit(orderId, {
      kind: 'place',
      orderId,
      idempotencyKey,
      customer,
      request,
      prices,
      ...(token !== undefined && { quoteToken: token }),
    })
    return orderId
  }

  /** The same order again, of which nobody knows whether it arrived, keeps its key: there will be one. */
  function unansweredFor(request: OrderRequest): OrderId | null {
    const wanted = JSON.stringify(request)
    const ended = shop.optimistic.durable.ended
      .filter((it) => it.why === 'unanswered')
      .map((it) => it.operation)
    const same = placings(ended).find((it) => JSON.stringify(it.payload.request) === wanted)
    return same?.payload.orderId ?? null
  }

  return { submit }
})
