/**
 * A participant whose effects are at the provider, outside its database: claim, call, settle.
 *
 * W1. All claims of a queue batch are one atomic D1 batch; the calls then run side by side, each
 *     for a limited time, and each message is answered as its own call ends.
 * W2. A call that is still open is told to the saga once per message (`payment-pending`), and its
 *     message comes back to look.
 */
import { runInOneBatch } from '../atomic-batch.ts'
import { type Consumer, type DomainEnv, consumer } from '../consumer.ts'
import { type Delivery, answer, fail } from '../delivery.ts'
import { givenBy } from '../participant.ts'
import { type Runtime, edgeRuntime } from '../runtime.ts'
import { bind } from '../statement.ts'
import type { PaymentProvider } from './provider.ts'
import { CALL_MS, OPEN_RETRY_DELAY_S } from './rules.ts'
import { Sandbox } from './sandbox.ts'
import { type PaymentStep, type Tools, refusing, steps } from './steps.ts'
import { claimRowSchema } from './store.ts'

export type PaymentsEnv = DomainEnv & { PROVIDER_DB: D1Database }

type Options = {
  runtime?: Runtime
  callMs?: number
  providerOf?: (env: PaymentsEnv, runtime: Runtime) => PaymentProvider
}

export function paymentsParticipant({
  runtime = edgeRuntime,
  callMs = CALL_MS,
  providerOf = (env) => new Sandbox(env.PROVIDER_DB, runtime),
}: Options = {}): Consumer<PaymentsEnv> {
  return consumer(
    {
      domain: 'payments',
      steps: {
        byName: steps,
        inputOf: (step) => step.input,
        accepts: (step, { direction, mode }) => direction === 'action' && step.modes.includes(mode),
      },
      refusing,
      handle: (deliveries, env) =>
        handle(deliveries, { db: env.DB, provider: providerOf(env, runtime), callMs }, runtime),
    },
    runtime,
  )
}

function handle(
  deliveries: Delivery<PaymentStep>[],
  tools: Tools,
  runtime: Runtime,
): Promise<void> {
  const runs = deliveries.map((delivery) => ({
    delivery,
    claim: delivery.step.claimFor(delivery.command.mode),
  }))
  return runInOneBatch(tools.db, runs, {
    statementsOf: ({ delivery, claim }) => {
      const values = givenBy(delivery.command, runtime)
      return claim.statements.map((statement) => bind(tools.db, statement, values))
    },
    onDone: async ({ delivery, claim }, results) => {
      const claimed = claimRowSchema.parse(results[claim.outcomeIndex]?.results[0])
      const { step, command } = delivery
      const conclusion = await step.conclude(claimed, command, tools)
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
