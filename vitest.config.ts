/** Every folder of test/ with a vitest.config.ts is a project: `npx vitest --project core`. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // What the code logs is shown where a test fails.
    silent: 'passed-only',
    projects: [
      'test/*/vitest.config.ts',
      { test: { name: 'architecture', include: ['test/*.test.ts'] } },
    ],
  },
})
