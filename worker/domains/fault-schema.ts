/** Apart from the other tables, so that a production bundle does not mention it. */
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** The faults to commit on purpose, in development: no row or one. */
export const fault = sqliteTable('fault', {
  id: integer('id').primaryKey(),
  /** `Faults` of reads.ts, as JSON. */
  faults: text('faults').notNull(),
})
