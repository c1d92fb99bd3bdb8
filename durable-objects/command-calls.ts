/**
 * Commands by call, for steps whose answer is waited for.
 *
 * T1. A call that gets no reply is sent by queue, as the same attempt. One that is only silent is left
 *     to its step's timer, which asks again by queue. The barrier makes any of these safe together.
 * T2. Replies that come close together are handed over together, and so cost one transition: as
 *     soon as nothing more is awaited, or one of them is not `done`, or the first has waited enough.
 * T3. What the queue is given is new to it. A call that fails late has no more time there than it had
 *     left, and is not sent at all once that is over: a charge would look in time (W3 of
 *     payments/participant.ts).
 */
import { BINDING_OF, isDomain } from '../worker/domains/reads.ts'
import type { DomainCalls } from './bindings.ts'
import type { After, Clock } from './clock.ts'
import type { OutgoingCommand } from './core/inputs.ts'
import type { Command, CommandCalls, Reply } from './core/messages.ts'
import { replySchema } from './core/messages.ts'
import { logWarning } from './log.ts'
import type { ReminderReport } from './order-rpc.ts'
import type { QueueCommands, SendCommands } from './ports.ts'

/** Less than anybody sees; longer than domains that are well are apart. */
const GATHER_MS_MAX = 20
/** A call that fails so soon goes by queue, though its saga's time be over: what follows the deadline has none. */
const SOON_MS = 1_000

/** By call what is to go so, all else by `queues`. */
export function commandCalls(
  domains: DomainCalls,
  queues: QueueCommands,
  clock: Clock,
): SendCommands {
  return async (orderId, commands, answered) => {
    const byQueue = commands.filter(({ by }) => by === 'queue').map(withoutWay)
    const byCall = commands.filter(({ by }) => by === 'call').map(withoutWay)
    const gathering = new Gathering(byCall.length, answered, clock.after)
    const sentAtMs = clock.nowMs()
    await Promise.all([
      byQueue.length > 0 && queues(orderId, byQueue),
      ...byCall.map(async (outgoing) => {
        const { domain, ...command } = outgoing
        const reply = await call(callsOf(domains, domain), { ...command, orderId })
        gathering.add(reply)
        if (reply !== null) return
        const late = afterCall(outgoing, Math.max(0, clock.nowMs() - sentAtMs))
        if (late) await queues(orderId, [late])
      }),
    ])
  }
}

/** By call, one after the other; cut short by the first that gets no answer, and without any if nobody knows which. */
export async function remind(
  domains: DomainCalls,
  domain: string,
  commands: readonly Command[] | null,
): Promise<ReminderReport> {
  const report: ReminderReport = { done: 0, refused: [], isCutShort: commands === null }
  for (const command of commands ?? []) {
    const reply = await call(callsOf(domains, domain), command)
    if (reply?.outcome === 'done') report.done += 1
    else if (reply?.outcome === 'rejected') {
      const { sagaId, step, direction } = command
      report.refused.push({ sagaId, step, direction, code: reply.code ?? 'rejected' })
    } else return { ...report, isCutShort: true }
  }
  return report
}

const callsOf = (domains: DomainCalls, domain: string): CommandCalls | undefined =>
  isDomain(domain) ? domains[BINDING_OF[domain]] : undefined

/** How it travels is no part of a command. */
function withoutWay(outgoing: OutgoingCommand) {
  const { by: _, ...command } = outgoing
  return command
}

/** null: it is not to be sent any more (T3). */
function afterCall<Sent extends { holdMs: number }>(sent: Sent, tookMs: number): Sent | null {
  const holdMs = Math.max(0, sent.holdMs - tookMs)
  return holdMs > 0 || tookMs < SOON_MS ? { ...sent, holdMs } : null
}

/** null: nothing is known. */
async function call(domain: CommandCalls | undefined, command: Command): Promise<Reply | null> {
  const { orderId, step } = command
  try {
    if (!domain) throw new Error('no such domain')
    const reply = await domain.execute(command)
    if (reply === null) throw new Error('no reply')
    return replySchema.parse(reply)
  } catch (error) {
    logWarning('call-without-reply', { orderId, step }, error)
    return null
  }
}

/** T2. */
class Gathering {
  #awaited: number
  readonly #answered: (replies: readonly Reply[]) => void
  readonly #after: After
  #replies: Reply[] = []
  #cancel: (() => void) | null = null

  constructor(awaited: number, answered: (replies: readonly Reply[]) => void, after: After) {
    this.#awaited = awaited
    this.#answered = answered
    this.#after = after
  }

  /** null: this one is no longer awaited. */
  add(reply: Reply | null): void {
    this.#awaited -= 1
    if (reply) this.#replies.push(reply)
    if (this.#awaited === 0 || reply?.outcome !== 'done') this.#handOver()
    else this.#cancel ??= this.#after(GATHER_MS_MAX, () => this.#handOver())
  }

  #handOver(): void {
    this.#cancel?.()
    this.#cancel = null
    const replies = this.#replies.splice(0)
    if (replies.length > 0) this.#answered(replies)
  }
}
