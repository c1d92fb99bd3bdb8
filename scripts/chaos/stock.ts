/** Enough of everything that nobody races for, so that a long run does not end in empty shelves. */
import { join } from 'node:path'
import { Miniflare, convertV4MiniflareOptions } from 'miniflare'
import { prepareDatabases } from '../local/prepare-databases.ts'
import { databasesOf, readWorkers } from '../local/workers.ts'

/** What the demo shop has but a few of stays scarce. */
const SCARCE_MAX = 10

/** Before the shop is started on this state: SQLite files have one owner. */
export async function stockUp(stateDir: string, units: number): Promise<void> {
  await prepareDatabases(stateDir)
  const databases = databasesOf(await readWorkers())
  const inventory = databases.find(({ name }) => name === 'edge-saga-inventory')
  if (inventory === undefined) throw new Error('there is no database edge-saga-inventory')
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: '',
      resourcePersistencePath: join(stateDir, 'v3'),
      d1Databases: { inventory: inventory.id },
    }),
  )
  try {
    const database = await miniflare.getD1Database('inventory')
    await database
      .prepare(
        'update stock set received = received + ?1, on_hand = on_hand + ?1 where received > ?2',
      )
      .bind(units, SCARCE_MAX)
      .run()
  } finally {
    await miniflare.dispose()
  }
}
