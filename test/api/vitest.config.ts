import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'api',
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/api/**/*.test.ts'],
  },
})
