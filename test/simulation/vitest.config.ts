import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'simulation',
    root: join(import.meta.dirname, '../..'),
    include: ['test/simulation/**/*.test.ts'],
    testTimeout: 400_000,
    hookTimeout: 400_000,
  },
})
