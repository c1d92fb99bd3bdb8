import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'core',
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/core/**/*.test.ts'],
  },
})
