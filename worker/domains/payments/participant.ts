/**
 * A participant whose effects are at the provider, outside its database: claim, call, settle.
 *
 * W1. All claims of a queue batch are one atomic D1 batch; the calls then run side by side, each
 *     for a limited time, and each message is answered as its own call ends.
 * W2. A call that is still open is told to the saga once per message (`payment-pending`), and its
 *     message comes back to look.
 * W3. A charge that was asked for long ago is not carried out: its saga is past the deadline and
 *     asks to resolve it instead, which tells what is there or makes it impossible (Z2).
 */
import { runInOneBatch } from '../atomic-batch.ts'
import { type DomainEnv, type Receiver, receiver } from '../receiver.ts'
import { type Delivery, answer, fail } from '../delivery.ts'
import { givenBy } from '../participant.ts'
import { type Runtime, edgeRuntime } from '../runtime.ts'
import type { PaymentProvider } from './provider.ts'
import { CALL_MS, CHARGE_LATE_MS_MAX, OPEN_RETRY_DELAY_S } from './rules.ts'
import { Sandbox } from './sandbox.ts'
import { type PaymentStep, type Tools, refusing, steps } from './steps.ts'
import { claimRowSchema } from './store.ts'

export type PaymentsEnv = DomainEnv & { PROVIDER_DB: D1Database }

/** Most of a batch is the provider's time. */
const BATCHES_MAX = 4

type Options = {
  runtime?: Runtime
  callMs?: number
  providerOf?: (env: PaymentsEnv, runtime: Runtime) => PaymentProvider
}

export function paymentsParticipant({
  runtime = edgeRuntime,
  callMs = CALL_MS,
  providerOf = (env) => new Sandbox(env.PROVIDER_DB, runtime),
}: Options = {}): Receiver<PaymentsEnv> {
  return receiver(
    {
      domain: 'payments',
      steps: {
        byName: steps,
        inputOf: (step) => step.input,
        accepts: (step, { direction, mode }) => direction === 'action' && step.modes.includes(mode),
      },
      refusing,
      batchesMax: BATCHES_MAX,
      handle: (deliveries, env) =>
        handle(deliveries, { db: env.DB, provider: providerOf(env, runtime), callMs, runtime }),
    },
    runtime,
  )
}

async function handle(deliveries: Delivery<PaymentStep>[], tools: Tools): Promise<void> {
  const nowMs = tools.runtime.nowMs()
  const late = deliveries.filter((delivery) => isTooLate(delivery, nowMs))
  const inTime = deliveries.filter((delivery) => !isTooLate(delivery, nowMs))
  await Promise.all([
    ...late.map((delivery) => answer(delivery, { outcome: 'transient', code: 'too-late' })),
    carryOut(inTime, tools),
  ])
}

/** W3. */
function isTooLate({ command, step, sentAtMs }: Delivery<PaymentStep>, nowMs: number): boolean {
  if (step.kind !== 'pivot' || command.mode !== 'execute') return false
  return nowMs - sentAtMs > command.holdMs + CHARGE_LATE_MS_MAX
}

async function carryOut(deliveries: Delivery<PaymentStep>[], tools: Tools): Promise<void> {
  if (deliveries.length === 0) return
  const runs = deliveries.map((delivery) => ({
    delivery,
    command: delivery.command,
    group: delivery.step.claimFor(delivery.command.mode),
  }))
  await runInOneBatch(tools.db, runs, {
    givenBy: ({ command }) => givenBy(command, tools.runtime),
    onDone: async ({ delivery, command }, row) => {
      const conclusion = await delivery.step.conclude(claimRowSchema.parse(row), command, tools)
      if (conclusion.outcome === 'open') await comeBack(delivery)
      else await answer(delivery, conclusion)
    },
    onFailed: ({ delivery }, error) => fail(delivery, 'command-failed', error),
  })
}

/** W2. */
async function comeBack(delivery: Delivery<PaymentStep>): Promise<void> {
  delivery.retry(OPEN_RETRY_DELAY_S)
  if (delivery.deliveries > 1) return
  await delivery.tell({ outcome: 'transient', code: 'payment-pending' })
}
