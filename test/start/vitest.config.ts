import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'start',
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/start/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // In real time, on whatever machine; the summary names those that needed it.
    retry: 1,
  },
})
