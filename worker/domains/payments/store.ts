/**
 * What the payments write down around a call to the provider.
 *
 * Y1. A claim comes before the call: nobody calls the provider for a saga without a row here.
 * Y2. A claim says until when its run may be calling. After that another run may call again, under
 *     the same key.
 * Y3. The first stored outcome of a charge stands; a later one, were it different, changes nothing.
 */
import { and, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import * as z from 'zod'
import type { Command } from '../../../durable-objects/core/messages.ts'
import { operation } from '../barrier-schema.ts'
import { type Group, claim, group, identity, ours, rule } from '../barrier.ts'
import { type OutcomeRow, VOID, outcomeRowSchema } from '../replies.ts'
import { field, given } from '../statement.ts'
import type { ChargeState } from './provider.ts'
import { CALLING_MS } from './rules.ts'
import { charge, refund } from './schema.ts'

export const claimRowSchema = outcomeRowSchema.extend({
  /** This run made the claim: no call has begun. */
  fresh: z.int().transform((value) => value === 1),
  /** This run may call the provider (Y2). */
  mayCall: z.int().transform((value) => value === 1),
})
export type ClaimRow = z.infer<typeof claimRowSchema>

const madeHere = sql`exists (select 1 from operation where ${ours('action')})`

const newCharge = (status: 'calling' | 'declined' | 'void') => sql`
  insert into charge
    (saga_id, order_id, amount, currency, token, status, called_by, calling_until_ms)
  select ${given.sagaId}, ${given.orderId}, ${field('amount.amount')},
    ${field('amount.currency')}, ${field('token')}, ${status}, ${given.nonce},
    ${given.nowMs} + ${CALLING_MS}
  where ${madeHere}`

const takeOver = sql`
  update charge set called_by = ${given.nonce}, calling_until_ms = ${given.nowMs} + ${CALLING_MS}
  where saga_id = ${given.sagaId} and status = 'calling' and calling_until_ms <= ${given.nowMs}`

const readCharge = sql`
  select o.status, o.code, o.output, o.claimed_by = ${given.nonce} as fresh,
    c.called_by = ${given.nonce} as mayCall
  from (select * from operation where ${identity('action')}) o
  join charge c on c.saga_id = o.saga_id`

/** Claims a charge in order to make it. */
export const chargeClaim: Group = group(
  [claim('action', 'received'), newCharge('calling'), takeOver],
  readCharge,
  [],
)

/** Claims a charge in order that it can never be made; does nothing to one that began. */
export const closedClaim = (code: string, status: 'declined' | 'void'): Group =>
  group(
    [claim('action', 'received'), rule('action', sql`${code}`), newCharge(status)],
    readCharge,
    [],
  )

export const voidClaim: Group = closedClaim(VOID, 'void')

export const refundClaim: Group = group(
  [
    claim('action', 'received'),
    sql`insert into refund (saga_id, order_id, amount, currency, status)
        select ${given.sagaId}, ${given.orderId}, ${field('amount.amount')},
          ${field('amount.currency')}, 'calling'
        where ${madeHere}`,
  ],
  sql`select status, code, output, claimed_by = ${given.nonce} as fresh, 1 as mayCall
      from operation where ${identity('action')}`,
  [],
)

const rowOf = ({ sagaId, step }: Command) =>
  and(eq(operation.sagaId, sagaId), eq(operation.step, step), eq(operation.direction, 'action'))
const undecided = eq(operation.status, 'received')

type Settled = Exclude<ChargeState, { status: 'pending' }>

/** Stores what the provider said of a charge, and answers what is stored (Y3). */
export async function settleCharge(
  db: D1Database,
  command: Command,
  state: Settled,
): Promise<OutcomeRow> {
  const orm = drizzle(db)
  const [, , [stored]] = await orm.batch([
    orm
      .update(operation)
      .set(outcomeOf(state))
      .where(and(rowOf(command), undecided)),
    orm
      .update(charge)
      .set(
        state.status === 'captured'
          ? { status: 'captured', providerRef: state.reference }
          : { status: state.status === 'voided' ? 'void' : 'declined' },
      )
      .where(and(eq(charge.sagaId, command.sagaId), eq(charge.status, 'calling'))),
    orm.select().from(operation).where(rowOf(command)),
  ])
  return outcomeRowSchema.parse(stored)
}

function outcomeOf(state: Settled): Partial<typeof operation.$inferInsert> {
  switch (state.status) {
    case 'captured':
      return { status: 'processed', output: JSON.stringify({ reference: state.reference }) }
    case 'declined':
      return { status: 'failed', code: state.code }
    case 'voided':
      return { status: 'failed', code: VOID }
    default:
      return state satisfies never
  }
}

export async function settleRefund(
  db: D1Database,
  command: Command,
  reference: string,
): Promise<OutcomeRow> {
  const orm = drizzle(db)
  const [, , [stored]] = await orm.batch([
    orm
      .update(operation)
      .set({ status: 'processed', output: JSON.stringify({ reference }) })
      .where(and(rowOf(command), undecided)),
    orm
      .update(refund)
      .set({ status: 'refunded', providerRef: reference })
      .where(and(eq(refund.sagaId, command.sagaId), eq(refund.status, 'calling'))),
    orm.select().from(operation).where(rowOf(command)),
  ])
  return outcomeRowSchema.parse(stored)
}

/** A refused refund leaves nothing behind, so that a retry may succeed (B6). */
export async function forgetRefund(db: D1Database, command: Command): Promise<void> {
  const orm = drizzle(db)
  await orm.batch([
    orm.delete(operation).where(and(rowOf(command), undecided)),
    orm.delete(refund).where(and(eq(refund.sagaId, command.sagaId), eq(refund.status, 'calling'))),
  ])
}
