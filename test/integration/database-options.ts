/** The options of the test pool that bind the databases, and what `setup.ts` fills them with. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readD1Migrations } from '@cloudflare/vitest-pool-workers'
import { unstable_readConfig } from 'wrangler'
import { TEST_DATABASES } from './databases.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

export async function databaseOptions() {
  const migrations = await Promise.all(
    TEST_DATABASES.map(async ({ binding, folder }) => [
      binding,
      await readD1Migrations(`${ROOT}migrations/${folder}`),
    ]),
  )
  return {
    d1Databases: Object.fromEntries(
      TEST_DATABASES.map(({ binding, worker, name }) => [binding, databaseId(worker, name)]),
    ),
    bindings: {
      MIGRATIONS: Object.fromEntries(migrations),
      SEEDS: Object.fromEntries(
        TEST_DATABASES.flatMap(({ binding, seed }) =>
          seed ? [[binding, readFileSync(`${ROOT}worker/${seed}/seed.sql`, 'utf8')]] : [],
        ),
      ),
    },
  }
}

function databaseId(worker: string, name: string): string {
  const config =
    worker === 'main' ? `${ROOT}wrangler.toml` : `${ROOT}worker/domains/${worker}/wrangler.toml`
  const databases = unstable_readConfig({ config }).d1_databases
  const id = databases.find(
    (database: { database_name?: string }) => database.database_name === name,
  )?.database_id
  if (!id) throw new Error(`${config} binds no database ${name}`)
  return id
}
