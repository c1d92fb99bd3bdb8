import { defineConfig } from 'drizzle-kit'

// Paths are from the project's root. Views and `without rowid` are written by hand afterwards:
// drizzle-kit does not know the latter.
export default defineConfig({
  dialect: 'sqlite',
  schema: ['./worker/saga-log/schema.ts', './worker/webhooks/schema.ts'],
  out: './migrations/saga-log',
})
