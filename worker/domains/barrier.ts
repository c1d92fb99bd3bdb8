/**
 * The barrier: what lets a domain take every command twice, late, or in the wrong order.
 *
 * B1. The first command of an identity claims its row of `operation`; only the run that made the
 *     row decides, has effects, and so has them once. A repeat reads the first outcome.
 * B2. Decision and effects are one atomic batch: there is no outcome without its effects.
 * B3. A nonce belongs to one run of one command. Shared by a batch, a repeat within it would apply
 *     twice; kept for a second run, a batch that was committed but whose answer was lost would.
 * B4. A compensation claims its action's row first. If it could, the action never ran: the
 *     compensation does nothing (null compensation), and a late action finds its row taken (no
 *     hanging).
 * B5. Only an action that was processed is compensated, once, whoever asks and however often.
 * B6. Stored: `done`, and the rejection of a compensatable or pivot action. A rejected retriable
 *     action or compensation leaves no row, so that a retry may succeed.
 * B7. Its statements are for a set of commands of one kind, however many: each is decided by what was
 *     there before the set. What they ask for together, the tables' checks look at (A4).
 */
import { type SQL, sql } from 'drizzle-orm'
import type * as z from 'zod'
import type { StepKind } from '../../durable-objects/core/definition.ts'
import type { Direction, Json } from '../../durable-objects/core/messages.ts'
import { commands, compile, given } from './statement.ts'

/** One direction of a step: when it is refused, and what it does. */
export type Work = {
  /** An expression about the command at hand: the code of the rejection, or null. */
  rejection: SQL
  /**
   * Statements that carry out all commands of `granted`, to select from like `commands`. Where these
   * may be too many together, a check of the table must refuse the statement.
   */
  effects: (granted: SQL) => SQL[]
  /** A field of the input: two commands with the same in it have a limit that no check can see. */
  apart?: string
}

/** What can be given back says how; nothing else is ever given back. */
export type StepDefinition = { input: z.ZodType<Json>; action: Work } & (
  | { kind: 'compensatable'; compensation: Work }
  | { kind: Exclude<StepKind, 'compensatable'>; compensation?: never }
)

/** What carries out a set of commands of one kind. */
export type Group = {
  readonly statements: readonly string[]
  /** The statement that answers with each command's outcome, and its `position` in the set. */
  readonly outcomeIndex: number
  /** Commands with the same in this field of their input are not in one set. */
  readonly apart?: string | undefined
}

export type BarrierStep = {
  readonly definition: StepDefinition
  readonly input: z.ZodType<Json>
  readonly action: Group
  readonly compensation: Group | undefined
}

/** The row of `operation` that belongs to the command at hand. */
export const identity = (direction: Direction): SQL => sql`
  operation.saga_id = ${given.sagaId} and operation.step = ${given.step}
    and operation.direction = ${direction}`

export const ours = (direction: Direction): SQL =>
  sql`${identity(direction)} and operation.claimed_by = ${given.nonce}`

/** Makes each command's row unless there is one. Whose it is tells `claimed_by`; `changes()` is no promise. */
export const claim = (direction: Direction, status: 'received' | 'compensated'): SQL =>
  made(
    direction,
    sql`${status}`,
    sql`select *, null as code, null as lease_until_ms from ${commands}`,
  )

type Decision = { rejection: SQL; leaseUntilMs?: SQL | undefined; storesRejection: boolean }

/** Makes it with the decision in it: who made the row has decided, once. */
export const decide = (
  direction: Direction,
  { rejection, leaseUntilMs = sql`null`, storesRejection }: Decision,
): SQL =>
  made(
    direction,
    sql`case when command.code is null then 'processed' else 'failed' end`,
    sql`select *, (${rejection}) as code, ${leaseUntilMs} as lease_until_ms from ${commands}`,
    storesRejection ? undefined : sql`command.code is null`,
  )

const made = (direction: Direction, status: SQL, rows: SQL, condition: SQL = sql`true`): SQL => sql`
  insert into operation
    (saga_id, step, direction, order_id, status, code, claimed_by, traceparent, at_ms,
     lease_until_ms)
  with command as materialized (${rows})
  select ${given.sagaId}, ${given.step}, ${direction}, ${given.orderId}, ${status}, command.code,
    ${given.nonce}, ${given.traceparent}, ${given.nowMs}, command.lease_until_ms
  from command where ${condition}
  on conflict do nothing`

// The commands first: SQLite may take the table for small, where it was told so long ago (`analyze`).
const outcome = (direction: Direction): SQL => sql`
  select ${given.position}, operation.status, operation.code, operation.output
  from ${commands} cross join operation on ${identity(direction)}`

/** Where a rejection leaves no row (B6). To be read before the effects, while it is still what was decided. */
const outcomeOr = (rejection: SQL, direction: Direction): SQL => sql`
  select ${given.position}, coalesce(operation.status, 'failed') as status,
    case when operation.status is null then (${rejection}) else operation.code end as code,
    operation.output
  from ${commands} left join operation on ${identity(direction)}`

const isProcessed = (row: SQL): SQL =>
  sql`exists (select 1 from operation where ${row} and operation.status = 'processed')`

const thoseWith = (condition: SQL): SQL =>
  sql`(select * from ${commands} where ${condition}) command`

function actionGroup(kind: StepKind, { rejection, effects, apart }: Work): Group {
  const granted = thoseWith(isProcessed(ours('action')))
  const leaseUntilMs = kind === 'compensatable' ? sql`${given.nowMs} + ${given.holdMs}` : undefined
  const storesRejection = kind !== 'retriable'
  return {
    ...group(
      [decide('action', { rejection, leaseUntilMs, storesRejection })],
      storesRejection ? outcome('action') : outcomeOr(rejection, 'action'),
      effects(granted),
    ),
    apart,
  }
}

function compensationGroup({ rejection, effects, apart }: Work): Group {
  const actionProcessed = isProcessed(identity('action'))
  const granted = thoseWith(sql`${isProcessed(ours('compensation'))} and ${actionProcessed}`)
  const verdict = sql`case when ${actionProcessed} then (${rejection}) end`
  return {
    ...group(
      [
        claim('action', 'compensated'),
        decide('compensation', { rejection: verdict, storesRejection: false }),
      ],
      outcomeOr(verdict, 'compensation'),
      [
        ...effects(granted),
        // Last, because the effects above look at the action's status.
        sql`update operation set status = 'compensated' from ${granted} where ${identity('action')}`,
      ],
    ),
    apart,
  }
}

export const group = (before: SQL[], read: SQL, after: SQL[]): Group => ({
  statements: [...before, read, ...after].map(compile),
  outcomeIndex: before.length,
})

export function defineStep(definition: StepDefinition): BarrierStep {
  const { kind, input, action, compensation } = definition
  // Or its holds could never be given back.
  if ((kind === 'compensatable') !== (compensation !== undefined)) {
    throw new TypeError('a compensatable step has a compensation, and no other step has one')
  }
  return {
    definition,
    input,
    action: actionGroup(kind, action),
    compensation: compensation && compensationGroup(compensation),
  }
}
