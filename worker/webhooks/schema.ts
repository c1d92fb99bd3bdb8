/** The tables of webhooks, in the saga log's database: what a message adds is written in its batch. */
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { EventType } from './events.ts'
import type { PreviousSecret } from './signature.ts'

/** `paused`: by an operator; `gone`: by its own answer 410. Either is left alone. */
export const ENDPOINT_STATUSES = ['active', 'paused', 'gone'] as const

/** Where events are sent. */
export const webhookEndpoint = sqliteTable('webhook_endpoint', {
  id: text('id').primaryKey(),
  url: text('url').notNull().unique(),
  /** The types that it hears of. */
  events: text('events', { mode: 'json' }).$type<EventType[]>().notNull(),
  secret: text('secret').notNull(),
  previousSecrets: text('previous_secrets', { mode: 'json' })
    .$type<PreviousSecret[]>()
    .notNull()
    .default([]),
  status: text('status', { enum: ENDPOINT_STATUSES }).notNull(),
  createdAtMs: integer('created_at_ms').notNull(),
  /** When an operator last changed it, who, and why. */
  changedAtMs: integer('changed_at_ms').notNull(),
  changedBy: text('changed_by').notNull(),
  changeReason: text('change_reason').notNull(),
})

export const DELIVERY_STATUSES = ['pending', 'delivered', 'dead'] as const

/** One row per event and endpoint that hears of it. The queue only says that there is one. */
export const webhookDelivery = sqliteTable(
  'webhook_delivery',
  {
    endpointId: text('endpoint_id').notNull(),
    eventId: text('event_id').notNull(),
    type: text('type').notNull(),
    orderId: text('order_id'),
    /** What is sent, byte for byte. */
    payload: text('payload').notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
    /** How often it was tried since it was recorded, or since it was last replayed. */
    attempt: integer('attempt').notNull(),
    /** From when on the sweep takes a pending one for due. */
    nextAtMs: integer('next_at_ms').notNull(),
    status: text('status', { enum: DELIVERY_STATUSES }).notNull(),
    /** What the endpoint answered last, and what went wrong last. */
    lastStatus: integer('last_status'),
    lastError: text('last_error'),
    deliveredAtMs: integer('delivered_at_ms'),
    /** When an operator last had it sent again, who, and why. */
    replayedAtMs: integer('replayed_at_ms'),
    replayedBy: text('replayed_by'),
    replayReason: text('replay_reason'),
  },
  (table) => [
    primaryKey({ columns: [table.endpointId, table.eventId] }),
    index('webhook_delivery_newest').on(table.endpointId, table.createdAtMs, table.eventId),
    index('webhook_delivery_due')
      .on(table.endpointId, table.nextAtMs)
      .where(sql`status = 'pending'`),
    index('webhook_delivery_dead')
      .on(table.endpointId, table.createdAtMs, table.eventId)
      .where(sql`status = 'dead'`),
  ],
)

export type Endpoint = typeof webhookEndpoint.$inferSelect
export type Delivery = typeof webhookDelivery.$inferSelect
