/** Every folder of test/ with a vitest.config.ts is a project: `npx vitest --project core`. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      'test/*/vitest.config.ts',
      { test: { name: 'architecture', include: ['test/architecture.test.ts'] } },
    ],
  },
})
