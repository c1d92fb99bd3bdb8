/**
 * Holds that an order has had for longer than its saga asked for them.
 *
 * H1. A lease never frees a hold. When it has ended the order's object is asked, and only its word
 *     releases; no answer, or none that is understood, keeps.
 * H2. What is taken to be asked about has its lease extended in the same statement. So whatever
 *     comes of a question, the next call asks about others; and of two calls at once, each asks
 *     about its own.
 * H3. What releases is the compensation that the saga itself would send, through the same barrier:
 *     of the two the second finds it done (B5). The saga is told like of any other.
 */
import * as z from 'zod'
import { orderIdSchema, sagaIdSchema } from '../../durable-objects/core/messages.ts'
import { unreachable } from '../../durable-objects/core/unreachable.ts'
import { logError, logInfo } from '../../durable-objects/log.ts'
import { askOrder } from './ask-order.ts'
import type { BarrierStep } from './barrier.ts'
import type { DomainEnv } from './receiver.ts'
import { tellIfFilling } from './filling.ts'
import { type Accepted, readCommand } from './intake.ts'
import { type Holds, pageSize } from './holds.ts'
import { carryOut, readable } from './participant.ts'
import type { LeaseReport } from './reads.ts'
import { type Result, replyTo } from './replies.ts'
import { type Runtime, edgeRuntime } from './runtime.ts'

/** After so long the same question may be asked again. */
export const LEASE_EXTENSION_MS = 60_000
/** They are asked about at once. */
const HOLDS_ASKED_MAX = 100

/** What is held in a domain, and its steps. */
export type Leased = { holds: Holds; steps: Readonly<Record<string, BarrierStep>> }

export async function askAboutLeases(
  env: DomainEnv,
  { holds, steps }: Leased,
  limit: number,
  runtime: Runtime = edgeRuntime,
): Promise<LeaseReport> {
  const ended = await takeEnded(env.DB, holds, limit, runtime.nowMs())
  const answers = await Promise.all(ended.map((hold) => answerOf(hold, env, steps, runtime)))
  const releases = answers.filter((answer) => answer !== 'keep' && answer !== 'none')
  const released = await release(releases, env, runtime)
  const unanswered = answers.filter((answer) => answer === 'none').length
  const kept = ended.length - released - unanswered
  const report = { asked: ended.length, kept, released, unanswered }
  if (ended.length > 0) logInfo('leases-asked', { step: holds.step, ...report })
  return report
}

const endedSchema = z.array(z.object({ sagaId: z.string(), orderId: z.string(), step: z.string() }))
type EndedHold = z.infer<typeof endedSchema>[number]

/** The open holds whose lease ended, oldest first; theirs is extended by this (H2). */
async function takeEnded(
  db: D1Database,
  { table, step }: Holds,
  limit: number,
  nowMs: number,
): Promise<EndedHold[]> {
  const { results, meta } = await db
    .prepare(
      `update operation set lease_until_ms = ?1 + ${LEASE_EXTENSION_MS}
       where (saga_id, step, direction) in (
         select o.saga_id, o.step, o.direction from (select distinct order_id from ${table} where status = 'held') h
         join operation o on o.saga_id = h.order_id and o.step = ?2 and o.direction = 'action'
         where ifnull(o.lease_until_ms, 0) <= ?1
         order by o.lease_until_ms limit ?3)
       returning saga_id as sagaId, order_id as orderId, step`,
    )
    .bind(nowMs, step, Math.min(pageSize(limit), HOLDS_ASKED_MAX))
    .all()
  tellIfFilling(table, meta)
  return endedSchema.parse(results)
}

type Release = Pick<Accepted<BarrierStep>, 'command' | 'step'>

/** The order's word on one hold; `none`: it gave none that is understood (H1). */
async function answerOf(
  hold: EndedHold,
  { ORDERS }: DomainEnv,
  steps: Leased['steps'],
  runtime: Runtime,
): Promise<Release | 'keep' | 'none'> {
  try {
    // One that cannot be read must not cost the others their question.
    const sagaId = sagaIdSchema.parse(hold.sagaId)
    const orderId = orderIdSchema.parse(hold.orderId)
    const answer = await askOrder(ORDERS, { orderId, sagaId, step: hold.step }, runtime)
    switch (answer.kind) {
      case 'keep':
        return 'keep'
      case 'release':
        return releaseOf(hold, answer.command, steps)
      case 'void':
        throw new Error('the answer is about a pivot')
      default:
        return unreachable(answer)
    }
  } catch (error) {
    logError('lease-unanswered', hold, error)
    return 'none'
  }
}

function releaseOf(hold: EndedHold, json: string, steps: Leased['steps']): Release {
  const read = readCommand(JSON.parse(json), readable(steps))
  if (read.kind !== 'accepted') throw new Error(`${read.kind}: ${read.problem}`)
  const { command, step } = read
  const isOfHold =
    command.sagaId === hold.sagaId &&
    command.step === hold.step &&
    command.direction === 'compensation'
  if (!isOfHold) throw new Error('the answer is about something else')
  return { command, step }
}

/** How many were released. What fails comes up again with its extended lease (H2, H3). */
async function release(
  releases: Release[],
  { DB, ORDERS }: DomainEnv,
  runtime: Runtime,
): Promise<number> {
  if (releases.length === 0) return 0
  let released = 0
  const deliveries = releases.map(({ command, step }) => ({
    command,
    step,
    deliveries: 1,
    sentAtMs: runtime.nowMs(),
    tell: async (result: Result) => {
      if (result.outcome === 'done') released += 1
      await ORDERS.getByName(command.orderId).reply(replyTo(command, result))
    },
    ack: () => {},
    retry: () => {},
  }))
  await carryOut(deliveries, DB, runtime)
  return released
}
