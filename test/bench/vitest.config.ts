import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'bench',
    root: join(import.meta.dirname, '../..'),
    include: ['test/bench/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
