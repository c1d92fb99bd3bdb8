import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'core',
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/core/**/*.test.ts'],
    // They share nothing that they change, and to load the code for each file took as long as to run it.
    isolate: false,
    // Thousands of drawn histories take longer than the usual 5 s where others have the cores.
    testTimeout: 60_000,
  },
})
