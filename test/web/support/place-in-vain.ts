/** An order that the server does not take. */
import { vi } from 'vitest'
import { useShopState } from '../../../web/src/stores/shop-state/store.ts'
import { type Wish, customerId, placing } from './orders.ts'

const refusal = { type: '', title: '', status: 409, code: 'out-of-stock' }

/** Resolves when it has ended. `fetch` is stubbed from then on. */
export async function placeInVain(wish: Wish): Promise<void> {
  vi.stubGlobal('fetch', async (path: string) =>
    path === '/api/session'
      ? Response.json({ customer: customerId() })
      : Response.json(refusal, { status: refusal.status }),
  )
  const { $optimistic } = useShopState()
  $optimistic.start()
  await $optimistic.submit(wish.id, placing(wish))
  await $optimistic.outcome(wish.id)
}
