/**
 * What the payments write down around a call to the provider.
 *
 * Y1. A claim comes before the call: nobody calls the provider for a saga without a row here.
 * Y2. A claim says until when its run may be calling. After that another run may call again, under
 *     the same key.
 * Y3. The first stored outcome of a charge stands; a later one, were it different, changes nothing.
 */
import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Command } from '../../../durable-objects/core/messages.ts'
import { type Group, claim, decide, group, identity, ours } from '../barrier.ts'
import { type OutcomeRow, VOID, outcomeRowSchema } from '../replies.ts'
import { commands, field, given } from '../statement.ts'
import type { ChargeState } from './provider.ts'
import { CALLING_MS } from './rules.ts'

export const claimRowSchema = outcomeRowSchema.extend({
  /** This run made the claim: no call has begun. */
  fresh: z.int().transform((value) => value === 1),
  /** This run may call the provider (Y2). */
  mayCall: z.int().transform((value) => value === 1),
})
export type ClaimRow = z.infer<typeof claimRowSchema>

const madeHere = sql`${commands} join operation on ${ours('action')}`

const newCharge = (status: 'calling' | 'declined' | 'void') => sql`
  insert into charge
    (saga_id, order_id, amount, currency, token, status, called_by, calling_until_ms)
  select ${given.sagaId}, ${given.orderId}, ${field('amount.amount')},
    ${field('amount.currency')}, ${field('token')}, ${status}, ${given.nonce},
    ${given.nowMs} + ${CALLING_MS}
  from ${madeHere}`

const takeOver = sql`
  update charge set called_by = ${given.nonce}, calling_until_ms = ${given.nowMs} + ${CALLING_MS}
  from ${commands}
  where charge.saga_id = ${given.sagaId} and charge.status = 'calling'
    and charge.calling_until_ms <= ${given.nowMs}`

const claimed = sql`
  ${given.position}, operation.status, operation.code, operation.output,
    operation.claimed_by = ${given.nonce} as fresh`

const readCharge = sql`
  select ${claimed}, charge.called_by = ${given.nonce} as mayCall
  from ${commands} join operation on ${identity('action')}
  join charge on charge.saga_id = operation.saga_id`

/** Claims a charge in order to make it. */
export const chargeClaim: Group = group(
  [claim('action', 'received'), newCharge('calling'), takeOver],
  readCharge,
  [],
)

/** Claims a charge in order that it can never be made; does nothing to one that began. */
export const closedClaim = (code: string, status: 'declined' | 'void'): Group =>
  group([decide('action', sql`${code}`), newCharge(status)], readCharge, [])

export const voidClaim: Group = closedClaim(VOID, 'void')

export const refundClaim: Group = group(
  [
    claim('action', 'received'),
    sql`insert into refund (saga_id, order_id, amount, currency, status)
        select ${given.sagaId}, ${given.orderId}, ${field('amount.amount')},
          ${field('amount.currency')}, 'calling'
        from ${madeHere}`,
  ],
  sql`select ${claimed}, 1 as mayCall from ${commands} join operation on ${identity('action')}`,
  [],
)

type Settled = Exclude<ChargeState, { status: 'pending' }>
type Outcome = { status: 'processed' | 'failed'; code?: string; output?: string }

// Text, and no query builder: it is made anew for each charge, and building costs more than running.
const settle = (db: D1Database, { sagaId, step }: Command, { status, code, output }: Outcome) =>
  db
    .prepare(
      `update operation set status = ?3, code = ?4, output = ?5
       where saga_id = ?1 and step = ?2 and direction = 'action' and status = 'received'`,
    )
    .bind(sagaId, step, status, code ?? null, output ?? null)

const readStored = (db: D1Database, { sagaId, step }: Command) =>
  db
    .prepare(
      `select status, code, output from operation
       where saga_id = ?1 and step = ?2 and direction = 'action'`,
    )
    .bind(sagaId, step)

async function settled(db: D1Database, statements: D1PreparedStatement[]): Promise<OutcomeRow> {
  return outcomeRowSchema.parse((await db.batch(statements)).at(-1)?.results[0])
}

/** Stores what the provider said of a charge, and answers what is stored (Y3). */
export function settleCharge(
  db: D1Database,
  command: Command,
  state: Settled,
): Promise<OutcomeRow> {
  const { status, reference, stored } = chargeOutcomeOf(state)
  return settled(db, [
    settle(db, command, stored),
    db
      .prepare(
        `update charge set status = ?2, provider_ref = ?3
         where saga_id = ?1 and status = 'calling'`,
      )
      .bind(command.sagaId, status, reference),
    readStored(db, command),
  ])
}

function chargeOutcomeOf(state: Settled): {
  status: 'captured' | 'declined' | 'void'
  reference: string | null
  stored: Outcome
} {
  switch (state.status) {
    case 'captured': {
      const { reference } = state
      const output = JSON.stringify({ reference })
      return { status: 'captured', reference, stored: { status: 'processed', output } }
    }
    case 'declined':
      return { status: 'declined', reference: null, stored: { status: 'failed', code: state.code } }
    case 'voided':
      return { status: 'void', reference: null, stored: { status: 'failed', code: VOID } }
    default:
      return state satisfies never
  }
}

export function settleRefund(
  db: D1Database,
  command: Command,
  reference: string,
): Promise<OutcomeRow> {
  const output = JSON.stringify({ reference })
  return settled(db, [
    settle(db, command, { status: 'processed', output }),
    db
      .prepare(
        `update refund set status = 'refunded', provider_ref = ?2
         where saga_id = ?1 and status = 'calling'`,
      )
      .bind(command.sagaId, reference),
    readStored(db, command),
  ])
}

/** A refused refund leaves nothing behind, so that a retry may succeed (B6). */
export async function forgetRefund(db: D1Database, { sagaId, step }: Command): Promise<void> {
  await db.batch([
    db
      .prepare(
        `delete from operation
         where saga_id = ?1 and step = ?2 and direction = 'action' and status = 'received'`,
      )
      .bind(sagaId, step),
    db.prepare(`delete from refund where saga_id = ?1 and status = 'calling'`).bind(sagaId),
  ])
}
