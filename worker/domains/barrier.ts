/**
 * The barrier: what lets a domain take every command twice, late, or in the wrong order.
 *
 * B1. The first command of an identity claims its row of `operation`; only the run that made the
 *     row decides, has effects, and so has them once. A repeat reads the first outcome.
 * B2. Decision and effects are one atomic batch: there is no outcome without its effects.
 * B3. A nonce belongs to one run of one message. Shared by a batch, a repeat within it would apply
 *     twice; kept for a second run, a batch that was committed but whose answer was lost would.
 * B4. A compensation claims its action's row first. If it could, the action never ran: the
 *     compensation does nothing (null compensation), and a late action finds its row taken (no
 *     hanging).
 * B5. Only an action that was processed is compensated, once, whoever asks and however often.
 * B6. Stored: `done`, and the rejection of a compensatable or pivot action. A rejected retriable
 *     action or compensation leaves no row, so that a retry may succeed.
 */
import { type SQL, sql } from 'drizzle-orm'
import type * as z from 'zod'
import type { StepKind } from '../../durable-objects/core/definition.ts'
import type { Direction, Json } from '../../durable-objects/core/messages.ts'
import { type Statement, compile, given } from './statement.ts'

/** One direction of a step: when it is refused, and what it does where `when` holds. */
export type Work = {
  /** An expression: the code of the rejection, or null. */
  rejection: SQL
  /** Statements, each of which must do nothing unless `when` holds. */
  effects: (when: SQL) => SQL[]
}

export type StepDefinition = {
  kind: StepKind
  input: z.ZodType<Json>
  action: Work
  compensation?: Work
}

/** The statements of one command, and which of them reads its outcome. */
export type Group = { readonly statements: readonly Statement[]; readonly outcomeIndex: number }

export type BarrierStep = {
  readonly definition: StepDefinition
  readonly input: z.ZodType<Json>
  readonly action: Group
  readonly compensation: Group | undefined
}

export const identity = (direction: Direction): SQL =>
  sql`saga_id = ${given.sagaId} and step = ${given.step} and direction = ${direction}`

export const ours = (direction: Direction): SQL =>
  sql`${identity(direction)} and claimed_by = ${given.nonce}`

/** Makes the row unless there is one. Whose it is tells `claimed_by`; `changes()` is no promise. */
export const claim = (
  direction: Direction,
  status: 'received' | 'compensated',
  leaseUntilMs: SQL = sql`null`,
): SQL => sql`
  insert into operation
    (saga_id, step, direction, order_id, status, claimed_by, traceparent, at_ms, lease_until_ms)
  values (${given.sagaId}, ${given.step}, ${direction}, ${given.orderId}, ${status},
          ${given.nonce}, ${given.traceparent}, ${given.nowMs}, ${leaseUntilMs})
  on conflict do nothing`

/** Decides, once: the row is still `received` only in the run that made it. */
export const rule = (direction: Direction, rejection: SQL): SQL => sql`
  update operation
  set (status, code) = (
    select case when verdict.code is null then 'processed' else 'failed' end, verdict.code
    from (select (${rejection}) as code) as verdict)
  where ${ours(direction)} and status = 'received'`

export const outcome = (direction: Direction): SQL => sql`
  select status, code, output from operation where ${identity(direction)}`

const forgetRejection = (direction: Direction): SQL => sql`
  delete from operation where ${ours(direction)} and status = 'failed'`

function actionGroup(kind: StepKind, { rejection, effects }: Work): Group {
  const when = sql`exists (select 1 from operation where ${ours('action')} and status = 'processed')`
  const lease = kind === 'compensatable' ? sql`${given.nowMs} + ${given.holdMs}` : undefined
  const before = [claim('action', 'received', lease), rule('action', rejection), ...effects(when)]
  const after = kind === 'retriable' ? [forgetRejection('action')] : []
  return group(before, outcome('action'), after)
}

function compensationGroup({ rejection, effects }: Work): Group {
  const actionProcessed = sql`exists (
    select 1 from operation where ${identity('action')} and status = 'processed')`
  const agreed = sql`exists (
    select 1 from operation where ${ours('compensation')} and status = 'processed')`
  const before = [
    claim('action', 'compensated'),
    claim('compensation', 'received'),
    rule('compensation', sql`case when ${actionProcessed} then (${rejection}) end`),
    ...effects(sql`${agreed} and ${actionProcessed}`),
    // Last, because the effects above look at the action's status.
    sql`update operation set status = 'compensated'
        where ${identity('action')} and status = 'processed' and ${agreed}`,
  ]
  return group(before, outcome('compensation'), [forgetRejection('compensation')])
}

export const group = (before: SQL[], read: SQL, after: SQL[]): Group => ({
  statements: [...before, read, ...after].map((statement) => compile(statement)),
  outcomeIndex: before.length,
})

export function defineStep(definition: StepDefinition): BarrierStep {
  const { kind, input, action, compensation } = definition
  if (kind !== 'compensatable' && compensation !== undefined) {
    throw new TypeError(`a ${kind} step has no compensation`)
  }
  return {
    definition,
    input,
    action: actionGroup(kind, action),
    compensation: compensation && compensationGroup(compensation),
  }
}
