/**
 * The saga log's tables in D1. The objects' journals are the truth; this is their copy. Two views
 * over it, `step_execution` and `compensation_action`, are in migrations/saga-log.
 */
import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/**
 * SQL that is true where a saga is one of an order's, whose ids are the order's, or that with a suffix
 * behind `:`, which comes just before `;`. By range, which the primary key answers.
 */
export const isSagaOf = (sagaId: string, orderId: string): string =>
  `${sagaId} >= ${orderId} and ${sagaId} < ${orderId} || ';'`

/** One row per saga: where it stands. */
export const sagaInstance = sqliteTable(
  'saga_instance',
  {
    sagaId: text('saga_id').primaryKey(),
    orderId: text('order_id').notNull(),
    definition: text('definition').notNull(),
    version: integer('version').notNull(),
    status: text('status').notNull(),
    customerId: text('customer_id').notNull(),
    orderStatus: text('order_status').notNull(),
    settled: integer('settled', { mode: 'boolean' }).notNull(),
    summary: text('summary', { mode: 'json' })
      .$type<{ total: { amount: number; currency: string }; units: number }>()
      .notNull(),
    startedAtMs: integer('started_at_ms').notNull(),
    deadlineAtMs: integer('deadline_at_ms').notNull(),
    updatedAtMs: integer('updated_at_ms').notNull(),
    /** The order's version that this row tells of. */
    lastSeq: integer('last_seq').notNull(),
    epoch: integer('epoch').notNull(),
    /** The highest epoch that was given to a journal, whether or not it was ever heard of. */
    epochTaken: integer('epoch_taken').notNull().default(1),
    traceId: text('trace_id').notNull(),
    failureCode: text('failure_code'),
    /** Some transition up to `last_seq` is missing here. */
    hasGap: integer('has_gap', { mode: 'boolean' }).notNull().default(false),
    /** None of its order's transitions is kept here any more: retention.ts. */
    pruned: integer('pruned', { mode: 'boolean' }).notNull().default(false),
  },
  (table) => [
    index('saga_instance_customer').on(table.customerId, table.startedAtMs),
    index('saga_instance_newest').on(table.startedAtMs),
    index('saga_instance_open')
      .on(table.updatedAtMs)
      .where(sql`settled = 0 or has_gap = 1`),
  ],
)

/** One row per transition, without a rowid: each costs one row written. */
export const sagaEvent = sqliteTable(
  'saga_event',
  {
    orderId: text('order_id').notNull(),
    seq: integer('seq').notNull(),
    /** Of the journal that it comes from: a row of a restored journal replaces a lost one's. */
    epoch: integer('epoch').notNull().default(1),
    sagaId: text('saga_id').notNull(),
    atMs: integer('at_ms').notNull(),
    events: text('events').notNull(),
    traceId: text('trace_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.orderId, table.seq] })],
)

/** One row: the start of the newest saga that retention has come by. */
export const pruneWalk = sqliteTable(
  'prune_walk',
  { one: integer('one').primaryKey(), afterMs: integer('after_ms').notNull() },
  (table) => [check('prune_walk_one', sql`${table.one} = 1`)],
)

/** What a dead letter was to the code that kept it. */
export const LETTER_KINDS = ['command', 'saga-log', 'unreadable'] as const

/** Messages that ran out of deliveries, as they were. */
export const deadLetter = sqliteTable(
  'dead_letter',
  {
    messageId: text('message_id').primaryKey(),
    atMs: integer('at_ms').notNull(),
    kind: text('kind', { enum: LETTER_KINDS }).notNull(),
    orderId: text('order_id'),
    sagaId: text('saga_id'),
    step: text('step'),
    /** JSON; no longer JSON where it was too long and was cut. */
    body: text('body').notNull(),
    /** When an operator last sent it again, who, and why. */
    replayedAtMs: integer('replayed_at_ms'),
    replayedBy: text('replayed_by'),
    replayReason: text('replay_reason'),
    /** When an operator said that nothing is to be done about it, who, and why. */
    dismissedAtMs: integer('dismissed_at_ms'),
    dismissedBy: text('dismissed_by'),
    dismissReason: text('dismiss_reason'),
  },
  (table) => [
    index('dead_letter_newest').on(table.atMs, table.messageId),
    // What each console counts all day long.
    index('dead_letter_open')
      .on(table.atMs, table.messageId)
      .where(sql`replayed_at_ms is null and dismissed_at_ms is null`),
  ],
)
