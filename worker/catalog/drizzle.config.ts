import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  schema: './worker/catalog/schema.ts',
  out: './migrations/catalog',
})
