import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  schema: './worker/domains/payments/sandbox-schema.ts',
  out: './migrations/payments-provider',
})
