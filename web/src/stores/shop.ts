/** Reads what the shop offers and what the shopper has, and keeps both fresh. */
import { defineStore } from 'pinia'
import { reactive, ref, watch } from 'vue'
import { readCatalog, readMe } from '../api/shop-api.ts'
import type { Version } from './optimistic/protocol.ts'
import { useSession } from './session.ts'
import { containedNow } from './shop-state/freshness.ts'
import type { Known, ReadName } from './shop-state/model.ts'
import { useShopState } from './shop-state/store.ts'

export type RequestStatus = 'idle' | 'loading' | 'failed'

const RETRY_MS = 4_000

class OldAnswer extends Error {}

export const useShop = defineStore('shop', () => {
  const state = useShopState()
  const session = useSession()
  /** Of the request, not of the data: data may be there while a refresh fails. */
  const requests = reactive<Record<ReadName, RequestStatus>>({ me: 'idle', catalog: 'idle' })
  const underWay = new Set<ReadName>()
  const again: Record<ReadName, boolean> = { me: false, catalog: false }
  const retries: Partial<Record<ReadName, ReturnType<typeof setTimeout>>> = {}
  /** Of when the catalogue is; null before the first. */
  const catalogReadAt = ref<string | null>(null)
  let began = 0

  async function read(name: ReadName): Promise<void> {
    // The catalogue is everybody's: it can be looked at without a session, and offline.
    if (name === 'me') await session.ensure()
    began += 1
    const at = new Date().toISOString()
    const about: About = { version: [0, began], contains: containedNow(state.optimistic), at }
    if (name === 'me') await take({ kind: 'me', me: await session.within(readMe) }, about)
    else await show(await readCatalog(), about)
  }

  type About = { version: Version; contains: readonly string[]; at: string }

  const take = (payload: Known, { version, contains, at }: About): Promise<void> =>
    state.$optimistic.see({ id: payload.kind, payload, version, at }, contains)

  /** An old one is better than none, and no better than any: it contains no order for certain (O4). */
  async function show(
    { catalog, readAt }: Awaited<ReturnType<typeof readCatalog>>,
    about: About,
  ): Promise<void> {
    const isFirst = state.optimistic.snapshots.catalog === undefined
    if (readAt === null || isFirst) {
      const contains = readAt === null ? about.contains : []
      await take({ kind: 'catalog', catalog }, { ...about, contains })
      catalogReadAt.value = readAt ?? about.at
    }
    if (readAt !== null) throw new OldAnswer(readAt)
  }

  /**
   * One request at a time for each; one that comes in between makes it run once more. What failed stays
   * failed until it can be read, unless a shopper who sees nothing asks: a note that comes and goes would
   * move the page.
   */
  async function refreshOne(name: ReadName, isByItself = false): Promise<void> {
    const isShown = state.optimistic.snapshots[name] !== undefined
    if (requests[name] !== 'failed' || !(isShown || isByItself)) requests[name] = 'loading'
    if (underWay.has(name)) {
      again[name] = true
      return
    }
    underWay.add(name)
    again[name] = false
    clearTimeout(retries[name])
    try {
      await read(name)
      requests[name] = 'idle'
    } catch {
      requests[name] = 'failed'
      // Without cookies nobody is known however often it is asked.
      if (name === 'catalog' || session.isKept) {
        retries[name] = setTimeout(() => void refreshOne(name, true), RETRY_MS)
      }
    }
    underWay.delete(name)
    if (again[name]) await refreshOne(name)
  }

  const refresh = async () => {
    await Promise.all([refreshOne('me'), refreshOne('catalog')])
  }

  watch(
    () => state.staleReads,
    () => void refresh(),
  )
  // A session that was over, and is another customer's now. Without cookies each is: that ends nowhere.
  watch(
    () => session.customer,
    (_now, before) => {
      if (before !== null && session.isKept) void refreshOne('me')
    },
  )

  return { requests, catalogReadAt, refresh, refreshOne }
})
