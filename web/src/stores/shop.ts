/** Reads what the shop offers and what the shopper has, and keeps both fresh. */
import { defineStore } from 'pinia'
import { reactive, ref, watch } from 'vue'
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import { readCatalog, readMe } from '../api/shop-api.ts'
import { useSession } from './session.ts'
import { containedNow } from './optimistic/evolve.ts'
import type { ReadName } from './optimistic/model.ts'
import { useOptimistic } from './optimistic/store.ts'

export type RequestStatus = 'idle' | 'loading' | 'failed'

const RETRY_MS = 4_000

class OldAnswer extends Error {}

export const useShop = defineStore('shop', () => {
  const optimistic = useOptimistic()
  const session = useSession()
  /** Of the request, not of the data: data may be there while a refresh fails. */
  const requests = reactive<Record<ReadName, RequestStatus>>({ me: 'idle', catalog: 'idle' })
  const again: Record<ReadName, boolean> = { me: false, catalog: false }
  /** Of when the catalogue is; null before the first. */
  const catalogReadAt = ref<string | null>(null)
  let began = 0

  async function read(name: ReadName): Promise<void> {
    // The catalogue is everybody's: it can be looked at without a session, and offline.
    if (name === 'me') await session.ensure()
    began += 1
    const about = { type: 'read' as const, began, contains: containedNow(optimistic.state) }
    if (name === 'me') optimistic.dispatch({ ...about, name, value: await readMe() })
    else show(await readCatalog(), about)
  }

  type About = { type: 'read'; began: number; contains: OrderId[] }

  /** An old one is better than none, and no better than any: it contains no order for certain (O4). */
  function show({ catalog, readAt }: Awaited<ReturnType<typeof readCatalog>>, about: About): void {
    const isFirst = optimistic.state.server.catalog === null
    const contains = readAt === null ? about.contains : []
    if (readAt === null || isFirst) {
      optimistic.dispatch({ ...about, contains, name: 'catalog', value: catalog })
      catalogReadAt.value = readAt ?? new Date().toISOString()
    }
    if (readAt !== null) throw new OldAnswer(readAt)
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
      if (optimistic.state.server[name]) setTimeout(() => void refreshOne(name), RETRY_MS)
    }
    if (again[name]) await refreshOne(name)
  }

  const refresh = async () => {
    await Promise.all([refreshOne('me'), refreshOne('catalog')])
  }

  watch(
    () => optimistic.staleReads,
    () => void refresh(),
  )

  return { requests, catalogReadAt, refresh, refreshOne }
})
