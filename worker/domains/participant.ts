/**
 * A domain whose steps are rows of its own database: takes commands through the barrier
 * (`barrier.ts`) and tells each saga what became of its command.
 *
 * P1. Nothing reaches the database before its message has been read (I1, I2).
 * P2. All commands of a queue batch run in one atomic D1 batch, in their order (A1, A2).
 * P3. Each message is answered, and acknowledged or retried, on its own (D1, D2).
 */
import { sql } from 'drizzle-orm'
import type { Command, Direction } from '../../durable-objects/core/messages.ts'
import { runInOneBatch } from './atomic-batch.ts'
import { type BarrierStep, type Work, defineStep } from './barrier.ts'
import { type DomainEnv, type Receiver, receiver } from './receiver.ts'
import { type Delivery, answer, fail } from './delivery.ts'
import type { Steps } from './intake.ts'
import { outcomeRowSchema, resultOf } from './replies.ts'
import { type Runtime, edgeRuntime } from './runtime.ts'
import type { Grouped } from './sets.ts'
import type { Given } from './statement.ts'

export function participant(
  domain: string,
  steps: Readonly<Record<string, BarrierStep>>,
  runtime: Runtime = edgeRuntime,
): Receiver<DomainEnv> {
  return receiver(
    {
      domain,
      steps: readable(steps),
      refusing,
      handle: (deliveries, env) => carryOut(deliveries, env.DB, runtime),
    },
    runtime,
  )
}

/** What may be asked of these steps. */
export const readable = (byName: Readonly<Record<string, BarrierStep>>): Steps<BarrierStep> => ({
  byName,
  inputOf: (step) => step.input,
  accepts: (step, { direction, mode }) => mode === 'execute' && step[direction] !== undefined,
})

type Run = Grouped & { delivery: Delivery<BarrierStep> }

/** P2, P3. */
export function carryOut(
  deliveries: Delivery<BarrierStep>[],
  db: D1Database,
  runtime: Runtime,
): Promise<void> {
  const runs = deliveries.flatMap((delivery): Run[] => {
    const group = delivery.step[delivery.command.direction]
    return group ? [{ delivery, group, command: delivery.command }] : []
  })
  return runInOneBatch(db, runs, {
    givenBy: ({ command }) => givenBy(command, runtime),
    onDone: ({ delivery, command }, row) =>
      answer(delivery, resultOf(outcomeRowSchema.parse(row), command.direction)),
    onFailed: ({ delivery }, error) => fail(delivery, 'command-failed', error),
  })
}

/** What one run takes from its command; the nonce is new each time (B3). */
export function givenBy(command: Command, runtime: Runtime): Given {
  const { sagaId, orderId, step, holdMs, traceparent, input } = command
  return {
    sagaId,
    orderId,
    step,
    traceparent,
    nonce: runtime.newNonce(),
    nowMs: runtime.nowMs(),
    holdMs,
    input,
  }
}

/** The step with a rule that always says no, so that the barrier stores the refusal. */
function refusing(step: BarrierStep, code: string, direction: Direction): BarrierStep {
  const { definition } = step
  if (definition.kind === 'retriable') return step
  const refused = (work: Work): Work => ({ ...work, rejection: sql`${code}` })
  if (direction === 'action') {
    return defineStep({ ...definition, action: refused(definition.action) })
  }
  if (definition.kind !== 'compensatable') return step
  return defineStep({ ...definition, compensation: refused(definition.compensation) })
}
