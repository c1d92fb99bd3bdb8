/**
 * SQL over a set of commands, compiled once, when the Worker starts.
 *
 * Q1. Whatever comes from commands is in the one bound parameter, as JSON. Other interpolated values
 *     are constants of the code, written into the text, because nothing else is there at compile time.
 * Q2. So a statement takes one parameter for any number of commands, and D1's limit of 100 is out of
 *     reach.
 */
import { type SQL, sql } from 'drizzle-orm'
import { CasingCache } from 'drizzle-orm/casing'
import type { OrderId, SagaId } from '../../durable-objects/core/ids.ts'
import type { Json } from '../../durable-objects/core/messages.ts'

/** What a statement can ask for about a command of the set that it is run for. */
export type Given = {
  sagaId: SagaId
  orderId: OrderId
  step: string
  /** Made for one run of one command. */
  nonce: string
  nowMs: number
  /** How long what the command holds is of use to its saga, in milliseconds. */
  holdMs: number
  traceparent: string
  input: Json
}

/**
 * To select from: one row, called `command`, for each of the set. Each field by its path from the whole,
 * which SQLite keeps parsed: a `value` would be written out and parsed again wherever it is named.
 */
export const commands: SQL = sql`(
  select key as position, ?1 ->> (fullkey || '.sagaId') as saga_id,
    ?1 ->> (fullkey || '.orderId') as order_id, ?1 ->> (fullkey || '.step') as step,
    ?1 ->> (fullkey || '.nonce') as nonce, ?1 ->> (fullkey || '.nowMs') as now_ms,
    ?1 ->> (fullkey || '.holdMs') as hold_ms, ?1 ->> (fullkey || '.traceparent') as traceparent,
    ?1 -> (fullkey || '.input') as input
  from json_each(?1)) command`

/** What is given of the command at hand, wherever one is selected from. */
export const given: { readonly [Name in keyof Given | 'position']: SQL } = {
  /** Its place in the set, from 0. */
  position: sql`command.position`,
  sagaId: sql`command.saga_id`,
  orderId: sql`command.order_id`,
  step: sql`command.step`,
  nonce: sql`command.nonce`,
  nowMs: sql`command.now_ms`,
  holdMs: sql`command.hold_ms`,
  traceparent: sql`command.traceparent`,
  input: sql`command.input`,
}

/** A field of the command's input, by its JSON path: `field('amount.currency')`. */
export const field = (path: string): SQL => sql`${given.input} ->> ${`$.${path}`}`

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

function constant(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number' && Number.isInteger(value)) return String(value)
  throw new TypeError('a statement takes constants only: what comes from commands is `given`')
}

/** The text of a statement. */
export const compile = (query: SQL): string =>
  query.toQuery({
    casing: new CasingCache(),
    escapeName: (name) => `"${name}"`,
    escapeString: quoted,
    escapeParam: (_index, value) => constant(value),
  }).sql

/** Statements for one set, ready to run. */
export function bind(
  db: D1Database,
  texts: readonly string[],
  set: readonly Given[],
): D1PreparedStatement[] {
  const json = JSON.stringify(set)
  return texts.map((text) => db.prepare(text).bind(json))
}
