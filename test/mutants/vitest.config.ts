import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'mutants',
    root: join(import.meta.dirname, '../..'),
    include: ['test/mutants/*.test.ts'],
    // A busy machine makes no test red.
    testTimeout: 30_000,
  },
})
