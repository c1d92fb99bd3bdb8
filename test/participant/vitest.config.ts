import { fileURLToPath } from 'node:url'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-pool-workers'
import { defineConfig } from 'vitest/config'
import { BINDING_OF, DOMAINS } from '../../worker/domains/reads.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const migrationsOf = (database: string) => readD1Migrations(here(`../../migrations/${database}`))

export default defineConfig({
  plugins: [
    cloudflareTest(async () => ({
      wrangler: { configPath: here('wrangler.toml') },
      miniflare: {
        bindings: {
          D1_MIGRATIONS: Object.fromEntries([
            ['PROVIDER_DB', await migrationsOf('payments-provider')],
            ...(await Promise.all(
              DOMAINS.map(async (domain) => [
                `${BINDING_OF[domain]}_DB`,
                await migrationsOf(domain),
              ]),
            )),
          ]),
        },
      },
    })),
  ],
  test: {
    name: 'participant',
    root: here('.'),
    include: ['**/*.test.ts'],
    testTimeout: 30_000,
    // One workerd for all files; the setup empties it before each.
    isolate: false,
    setupFiles: ['./setup.ts'],
    globalSetup: ['./production-bundles.ts'],
  },
})
