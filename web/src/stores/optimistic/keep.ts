/** Where a browser remembers what is durable: one entry for each store, shared by all its tabs. */
import { type IDBPDatabase, openDB } from 'idb'

export type Keep = {
  /** Whether other tabs see the same entries. */
  isShared: boolean
  /**
   * In one transaction: no other tab's change comes in between. Resolves once it is on disk. Entries
   * are plain data; what is stored may have been written by another version of the page.
   */
  update<Entry>(id: string, change: (stored: unknown) => Entry): Promise<Entry>
}

const NAME = 'edge-saga'
const TABLE = 'optimistic'

export async function openKeep(): Promise<Keep> {
  const connected = connections()
  try {
    await connected()
    return databaseKeep(connected)
  } catch (cause) {
    // Some browsers refuse it in private windows. The page works, and forgets when it is left.
    console.warn('This browser keeps no data for this page: pending orders end with it.', cause)
    return memoryKeep()
  }
}

/** One that the browser has ended, as some do while a page sleeps, is made anew when it is wanted. */
function connections(): () => Promise<IDBPDatabase> {
  let connection: Promise<IDBPDatabase> | null = null
  return () => (connection ??= openDatabase(() => (connection = null)))
}

async function openDatabase(terminated: () => void): Promise<IDBPDatabase> {
  const database = await openDB(NAME, 1, {
    upgrade: (opened) => void opened.createObjectStore(TABLE),
    // A newer version of the page wants to change the database: this one lets go.
    blocking: () => database.close(),
    terminated,
  })
  return database
}

const databaseKeep = (connected: () => Promise<IDBPDatabase>): Keep => ({
  isShared: true,
  async update(id, change) {
    const database = await connected()
    const transaction = database.transaction(TABLE, 'readwrite', { durability: 'strict' })
    const stored: unknown = await transaction.store.get(id)
    const next = change(stored)
    if (next !== stored) await transaction.store.put(next, id)
    await transaction.done
    return next
  },
})

export function memoryKeep(): Keep {
  const entries = new Map<string, unknown>()
  return {
    isShared: false,
    update(id, change) {
      const next = change(entries.get(id))
      entries.set(id, next)
      return Promise.resolve(next)
    },
  }
}
