import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'chaos',
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/chaos/*.test.ts'],
    // Each starts, or loads, the whole shop: side by side they would only slow each other.
    fileParallelism: false,
    // They share nothing that they change, and most take less time than to load their code anew.
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
