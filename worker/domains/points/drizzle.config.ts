import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  schema: [
    './worker/domains/points/schema.ts',
    './worker/domains/barrier-schema.ts',
    './worker/domains/fault-schema.ts',
  ],
  out: './migrations/points',
})
