import { applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { TEST_DATABASES } from './databases.ts'
import { untilQueuesAreQuiet } from './quiet-queues.ts'

const { MIGRATIONS, SEEDS } = env

await untilQueuesAreQuiet()
await reset()
await Promise.all(
  TEST_DATABASES.map(({ binding }) => filled(env[binding], MIGRATIONS[binding], SEEDS[binding])),
)

async function filled(
  db: D1Database,
  migrations: Parameters<typeof applyD1Migrations>[1],
  seed: string | undefined,
): Promise<void> {
  await applyD1Migrations(db, migrations)
  const statements = (seed ?? '').replaceAll(/^--.*$/gm, '').split(/;\s*$/m)
  for (const statement of statements) if (statement.trim()) await db.prepare(statement).run()
}
