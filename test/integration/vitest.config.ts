import { fileURLToPath } from 'node:url'
import { cloudflareTest } from '@cloudflare/vitest-pool-workers'
import { defineConfig } from 'vitest/config'
import { databaseOptions } from './database-options.ts'
import { RECEIVER_WORKER, domainWorkers, receiverWorker } from './domain-workers.ts'

const NAME = 'integration'
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  plugins: [
    cloudflareTest(async () => {
      const { d1Databases, bindings } = await databaseOptions()
      return {
        wrangler: { configPath: here('../../wrangler.toml') },
        miniflare: {
          workers: [...domainWorkers(`vitest-plugin-runner-${NAME}`), receiverWorker()],
          outboundService: RECEIVER_WORKER,
          serviceBindings: { RECEIVER: { name: RECEIVER_WORKER, entrypoint: 'Receiver' } },
          d1Databases,
          bindings: {
            ...bindings,
            OPERATOR_TOKEN: 'operator-token-of-the-tests',
            SESSION_SECRET: 'session-secret-of-the-tests-0123456789',
            // A loaded machine must not turn a good order into a late one.
            SAGA_DEADLINE_MS: '30000',
          },
        },
      }
    }),
  ],
  test: {
    name: NAME,
    root: here('.'),
    include: ['**/*.test.ts'],
    // One workerd for all files; the setup empties it before each.
    isolate: false,
    setupFiles: ['./setup.ts'],
    testTimeout: 30_000,
    // In real time, on whatever machine; the summary names those that needed it.
    retry: 1,
  },
})
