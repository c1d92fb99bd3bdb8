/**
 * SQL that is compiled once, when the Worker starts, and filled in once per command.
 *
 * Q1. Whatever comes from a command is a bound parameter. Other interpolated values are constants
 *     of the code, written into the text, because nothing else is there at compile time.
 * Q2. A name takes one parameter however often it occurs, so a command's input is sent once per
 *     statement and D1's limit of 100 parameters is out of reach.
 */
import { Placeholder, type SQL, is, sql } from 'drizzle-orm'
import { CasingCache } from 'drizzle-orm/casing'
import type { OrderId, SagaId } from '../../durable-objects/core/ids.ts'

/** What a statement can ask for about the command that it is run for. */
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
  /** The step's input, as JSON text. */
  input: string
}

type GivenName = keyof Given

export const given: { readonly [Name in GivenName]: Placeholder } = {
  sagaId: sql.placeholder('sagaId'),
  orderId: sql.placeholder('orderId'),
  step: sql.placeholder('step'),
  nonce: sql.placeholder('nonce'),
  nowMs: sql.placeholder('nowMs'),
  holdMs: sql.placeholder('holdMs'),
  traceparent: sql.placeholder('traceparent'),
  input: sql.placeholder('input'),
}

/** A field of the command's input, by its JSON path: `field('amount.currency')`. */
export const field = (path: string): SQL => sql`${given.input} ->> ${`$.${path}`}`

export type Statement = { readonly text: string; readonly names: readonly GivenName[] }

const isGivenName = (name: string): name is GivenName => Object.hasOwn(given, name)

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** Text of a constant, or the number of a parameter, new or met before. */
function parameterText(value: unknown, names: GivenName[]): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number' && Number.isInteger(value)) return String(value)
  if (!is(value, Placeholder) || !isGivenName(value.name)) {
    throw new TypeError('a statement takes constants and given parameters only')
  }
  if (!names.includes(value.name)) names.push(value.name)
  return `?${names.indexOf(value.name) + 1}`
}

export function compile(query: SQL): Statement {
  const names: GivenName[] = []
  const { sql: text } = query.toQuery({
    casing: new CasingCache(),
    escapeName: (name) => `"${name}"`,
    escapeString: quoted,
    escapeParam: (_index, value) => parameterText(value, names),
  })
  return { text, names }
}

export function bind(db: D1Database, statement: Statement, values: Given): D1PreparedStatement {
  return db.prepare(statement.text).bind(...statement.names.map((name) => values[name]))
}
