import { applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { untilQueuesAreQuiet } from './quiet-queues.ts'

const { MIGRATIONS, SEEDS } = env

await untilQueuesAreQuiet()
await reset()
await Promise.all([
  applyD1Migrations(env.TEST_SAGA_LOG_DB, MIGRATIONS.TEST_SAGA_LOG_DB),
  applyD1Migrations(env.TEST_PROVIDER_DB, MIGRATIONS.TEST_PROVIDER_DB),
  filled(env.TEST_CATALOG_DB, MIGRATIONS.TEST_CATALOG_DB, SEEDS.TEST_CATALOG_DB),
  filled(env.TEST_INVENTORY_DB, MIGRATIONS.TEST_INVENTORY_DB, SEEDS.TEST_INVENTORY_DB),
  filled(env.TEST_COUPONS_DB, MIGRATIONS.TEST_COUPONS_DB, SEEDS.TEST_COUPONS_DB),
  filled(env.TEST_POINTS_DB, MIGRATIONS.TEST_POINTS_DB, SEEDS.TEST_POINTS_DB),
  filled(env.TEST_LOGISTICS_DB, MIGRATIONS.TEST_LOGISTICS_DB, SEEDS.TEST_LOGISTICS_DB),
  filled(env.TEST_PAYMENTS_DB, MIGRATIONS.TEST_PAYMENTS_DB, SEEDS.TEST_PAYMENTS_DB),
])

async function filled(
  db: D1Database,
  migrations: Parameters<typeof applyD1Migrations>[1],
  seed: string | undefined,
): Promise<void> {
  await applyD1Migrations(db, migrations)
  const statements = (seed ?? '').replaceAll(/^--.*$/gm, '').split(/;\s*$/m)
  for (const statement of statements) if (statement.trim()) await db.prepare(statement).run()
}
