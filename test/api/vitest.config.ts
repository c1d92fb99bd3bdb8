import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'api',
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/api/**/*.test.ts'],
    // A busy machine makes no test red.
    testTimeout: 30_000,
    // They share nothing that they change, and to load the code for each file took as long as to run it.
    isolate: false,
  },
})
