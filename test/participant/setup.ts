import { applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'

const { D1_MIGRATIONS: migrations } = env
await reset()
await Promise.all([
  applyD1Migrations(env.INVENTORY_DB, migrations.INVENTORY_DB),
  applyD1Migrations(env.COUPONS_DB, migrations.COUPONS_DB),
  applyD1Migrations(env.POINTS_DB, migrations.POINTS_DB),
  applyD1Migrations(env.LOGISTICS_DB, migrations.LOGISTICS_DB),
  applyD1Migrations(env.PAYMENTS_DB, migrations.PAYMENTS_DB),
  applyD1Migrations(env.PROVIDER_DB, migrations.PROVIDER_DB),
])
