/** Placing orders: the page moves at once, because the order's id is known before the server is asked. */
import { defineStore } from 'pinia'
import type { CustomerId, OrderId } from '../../../durable-objects/core/ids.ts'
import type { OrderRequest, Quote } from '../../../worker/api/contract.ts'
import { orderIdFor } from '../../../worker/api/order-id.ts'
import { mayBeTaken } from './optimistic/protocol.ts'
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
    const doubtful = doubtfulFor(customer, request)
    if (doubtful) {
      await shop.$optimistic.retry(doubtful)
      return doubtful
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
  function doubtfulFor(customer: CustomerId, request: OrderRequest): OrderId | null {
    const wanted = JSON.stringify(request)
    const ended = shop.optimistic.durable.ended.filter(mayBeTaken).map((it) => it.operation)
    const same = placings(ended).find(
      ({ payload }) => payload.customer === customer && JSON.stringify(payload.request) === wanted,
    )
    return same?.payload.orderId ?? null
  }

  return { submit }
})
