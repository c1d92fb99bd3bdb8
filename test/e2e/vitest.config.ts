import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'e2e',
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/e2e/*.test.ts'],
    globalSetup: ['test/support/shop-for-tests.ts'],
    // Each starts, or loads, the whole shop: side by side they would only slow each other.
    fileParallelism: false,
    // Each file takes half a second less, and they share nothing that they change.
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // In real time, on whatever machine; the summary names those that needed it.
    retry: 1,
  },
})
