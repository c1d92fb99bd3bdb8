/** Orders that answer questions about leases as the test has it; replies go to the recorders. */
import { env } from 'cloudflare:workers'
import type { OrderId } from '../../durable-objects/core/ids.ts'
import type { Command, LeaseAnswer } from '../../durable-objects/core/messages.ts'
import { askAboutLeases } from '../../worker/domains/leases.ts'
import type { LeaseReport } from '../../worker/domains/reads.ts'
import type { Orders } from '../../worker/domains/replies.ts'
import { type Runtime, edgeRuntime } from '../../worker/domains/runtime.ts'
import type { HoldDomain } from './domains.ts'

export const KEEP: LeaseAnswer = { kind: 'keep' }
export const releaseBy = (command: Command): LeaseAnswer => ({
  kind: 'release',
  command: JSON.stringify(command),
})

export type Answers = ReadonlyMap<OrderId, () => Promise<LeaseAnswer>>

type Asking = { answers?: Answers; nowMs: number; limit?: number; runtime?: Partial<Runtime> }

/** Has the domain ask at `nowMs`; `asked`: whom. An order without an answer keeps. */
export async function ask(
  { db, store }: HoldDomain,
  { answers = new Map(), nowMs, limit = 100, runtime = {} }: Asking,
): Promise<{ report: LeaseReport; asked: string[] }> {
  const asked: string[] = []
  const answersByName = new Map<string, () => Promise<LeaseAnswer>>(answers)
  const orders: Orders = {
    getByName: (name) => ({
      reply: (reply) => env.ORDER_RECORDERS.getByName(name).reply(reply),
      askAboutLease: async (_sagaId, step) => {
        asked.push(`${name} ${step}`)
        return answersByName.get(name)?.() ?? KEEP
      },
    }),
  }
  const clock: Runtime = { ...edgeRuntime, nowMs: () => nowMs, ...runtime }
  const report = await askAboutLeases({ DB: db, ORDERS: orders }, store, limit, clock)
  return { report, asked }
}

/** Nobody asks any more about what earlier tests left held. */
export async function forgetLeases({ db }: HoldDomain): Promise<void> {
  await db.prepare('update operation set lease_until_ms = 9e15').run()
}
