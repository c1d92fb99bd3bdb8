/** Reads what the shop offers and what the shopper has, and keeps both fresh. */
import { defineStore } from 'pinia'
import { reactive, watch } from 'vue'
import { readCatalog, readMe } from '../api/shop-api.ts'
import { useSession } from './session.ts'
import { containedNow } from './shop-state/freshness.ts'
import type { Known, ReadName } from './shop-state/model.ts'
import { useShopState } from './shop-state/store.ts'

export type RequestStatus = 'idle' | 'loading' | 'failed'

const RETRY_MS = 4_000

const READERS: Record<ReadName, () => Promise<Known>> = {
  me: async () => ({ kind: 'me', me: await readMe() }),
  catalog: async () => ({ kind: 'catalog', catalog: await readCatalog() }),
}

export const useShop = defineStore('shop', () => {
  const state = useShopState()
  const session = useSession()
  /** Of the request, not of the data: data may be there while a refresh fails. */
  const requests = reactive<Record<ReadName, RequestStatus>>({ me: 'idle', catalog: 'idle' })
  const again: Record<ReadName, boolean> = { me: false, catalog: false }
  let began = 0

  async function read(name: ReadName): Promise<void> {
    await session.ensure()
    began += 1
    const version = [0, began] as const
    const contains = containedNow(state.optimistic)
    const payload = await READERS[name]()
    const at = new Date().toISOString()
    await state.$optimistic.see({ id: name, payload, version, at }, contains)
  }

  /** One request at a time for each; one that comes in between makes it run once more. */
  async function refreshOne(name: ReadName): Promise<void> {
    if (requests[name] === 'loading') {
      again[name] = true
      return
    }
    requests[name] = 'loading'
    again[name] = false
    try {
      await read(name)
      requests[name] = 'idle'
    } catch {
      // The page shows it and offers to try again; with old data on it, it tries by itself.
      requests[name] = 'failed'
      if (state.optimistic.snapshots[name]) setTimeout(() => void refreshOne(name), RETRY_MS)
    }
    if (again[name]) await refreshOne(name)
  }

  const refresh = async () => {
    await Promise.all([refreshOne('me'), refreshOne('catalog')])
  }

  watch(
    () => state.staleReads,
    () => void refresh(),
  )

  return { requests, refresh, refreshOne }
})
