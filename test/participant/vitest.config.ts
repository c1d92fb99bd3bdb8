import { fileURLToPath } from 'node:url'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-pool-workers'
import { defineConfig } from 'vitest/config'
import { BINDING_OF, DOMAINS } from '../../worker/domains/reads.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const migrationsOf = (database: string) => readD1Migrations(here(`../../migrations/${database}`))

/** Each by its binding, with the folder of its migrations. */
const DATABASES = new Map([
  ...DOMAINS.map((domain) => [`${BINDING_OF[domain]}_DB`, domain] as const),
  ['PROVIDER_DB', 'payments-provider'],
])

export default defineConfig({
  plugins: [
    cloudflareTest(async () => ({
      wrangler: { configPath: here('wrangler.toml') },
      miniflare: {
        d1Databases: Object.fromEntries(DATABASES),
        bindings: {
          D1_MIGRATIONS: Object.fromEntries(
            await Promise.all(
              [...DATABASES].map(async ([binding, folder]) => [
                binding,
                await migrationsOf(folder),
              ]),
            ),
          ),
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
