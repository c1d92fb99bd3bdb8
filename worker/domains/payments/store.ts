/**
 * What the payments write down around a call to the provider.
 *
 * Y1. A claim comes before the call: nobody calls the provider for a saga without a row here.
 * Y2. A claim says until when its run may be calling. After that another run may call again, under
 *     the same key.
 * Y3. The first stored outcome of a charge stands; a later one, were it different, changes nothing.
 */
import { type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Command } from '../../../durable-objects/core/messages.ts'
import { unreachable } from '../../../durable-objects/core/unreachable.ts'
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

const madeHere = sql`${commands} cross join operation on ${ours('action')}`

/** A row of `operation` and its charge are made together: where there is the one, there is the other. */
const newCharge = (status: 'calling' | 'declined' | 'void', ifThere: SQL) => sql`
  insert into charge
    (saga_id, order_id, amount, currency, token, status, called_by, calling_until_ms)
  select ${given.sagaId}, ${given.orderId}, ${field('amount.amount')},
    ${field('amount.currency')}, ${field('token')}, ${status}, ${given.nonce},
    ${given.nowMs} + ${CALLING_MS}
  from ${commands} where true
  on conflict (saga_id) do ${ifThere}`

const takeOver = sql`
  update set called_by = excluded.called_by, calling_until_ms = excluded.calling_until_ms
  where charge.status = 'calling'
    and charge.calling_until_ms <= excluded.calling_until_ms - ${CALLING_MS}`

const claimed = sql`
  ${given.position}, operation.status, operation.code, operation.output,
    operation.claimed_by = ${given.nonce} as fresh`

const readCharge = sql`
  select ${claimed}, charge.called_by = ${given.nonce} as mayCall
  from ${commands} cross join operation on ${identity('action')}
  join charge on charge.saga_id = operation.saga_id`

/** Claims a charge in order to make it. */
export const chargeClaim: Group = group(
  [claim('action', 'received'), newCharge('calling', takeOver)],
  readCharge,
  [],
)

/** Claims a charge in order that it can never be made; does nothing to one that began. */
export const closedClaim = (code: string, status: 'declined' | 'void'): Group =>
  group(
    [
      decide('action', { rejection: sql`${code}`, storesRejection: true }),
      newCharge(status, sql`nothing`),
    ],
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
        from ${madeHere}`,
  ],
  sql`select ${claimed}, 1 as mayCall from ${commands} cross join operation on ${identity('action')}`,
  [],
)

type Settled = Exclude<ChargeState, { status: 'pending' }>
type Outcome = { status: 'processed' | 'failed'; code?: string; output?: string }

// Text, and no query builder: it is made anew for each charge, and building costs more than running.
/** Answers with the outcome if it is this one that was stored. */
const settle = (db: D1Database, { sagaId, step }: Command, { status, code, output }: Outcome) =>
  db
    .prepare(
      `update operation set status = ?3, code = ?4, output = ?5
       where saga_id = ?1 and step = ?2 and direction = 'action' and status = 'received'
       returning status, code, output`,
    )
    .bind(sagaId, step, status, code ?? null, output ?? null)

const readStored = (db: D1Database, { sagaId, step }: Command) =>
  db
    .prepare(
      `select status, code, output from operation
       where saga_id = ?1 and step = ?2 and direction = 'action'`,
    )
    .bind(sagaId, step)

/** Stores the outcome and what follows from it, and answers what is stored (Y3). */
async function settled(
  db: D1Database,
  command: Command,
  outcome: Outcome,
  effect: D1PreparedStatement,
): Promise<OutcomeRow> {
  const [stored] = await db.batch([settle(db, command, outcome), effect])
  return outcomeRowSchema.parse(stored?.results[0] ?? (await readStored(db, command).first()))
}

/** Stores what the provider said of a charge. */
export function settleCharge(
  db: D1Database,
  command: Command,
  state: Settled,
): Promise<OutcomeRow> {
  const { status, reference, stored } = chargeOutcomeOf(state)
  const effect = db
    .prepare(
      `update charge set status = ?2, provider_ref = ?3
       where saga_id = ?1 and status = 'calling'`,
    )
    .bind(command.sagaId, status, reference)
  return settled(db, command, stored, effect)
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
      return unreachable(state)
  }
}

export function settleRefund(
  db: D1Database,
  command: Command,
  reference: string,
): Promise<OutcomeRow> {
  const output = JSON.stringify({ reference })
  const effect = db
    .prepare(
      `update refund set status = 'refunded', provider_ref = ?2
       where saga_id = ?1 and status = 'calling'`,
    )
    .bind(command.sagaId, reference)
  return settled(db, command, { status: 'processed', output }, effect)
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
