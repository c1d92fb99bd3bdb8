/** Bugs in what repairs: operators, a journal that is restored, leases, an order that is looked at. */
import type { Theme } from '../mutant.ts'

export const REPAIR: Theme = {
  title: 'Repair',
  mutants: [
    {
      name: 'a pivot can be skipped, and so is guessed (E9)',
      file: 'durable-objects/core/operator.ts',
      find: "return step.direction === 'compensation' || isDecided(saga) ? null : 'not-skippable'",
      replace: 'return null',
      suites: ['core', 'simulation'],
    },
    {
      name: 'an operator stops a saga whose card is being charged',
      file: 'durable-objects/core/operator.ts',
      find: "return isCancellable(saga) ? null : 'pivot-sent'",
      replace: 'return null',
      suites: ['core', 'simulation'],
    },
    {
      name: 'a skipped step leaves no write-off',
      file: 'durable-objects/order/write-offs.ts',
      find: "if (event.type !== 'step-skipped' || ",
      replace: "if (event.type === 'step-skipped' || ",
      suites: ['core'],
    },
    {
      name: 'a skipped step holds the saga up for ever',
      file: 'durable-objects/core/saga-state.ts',
      find: "(step.status === 'skipped' && step.direction === 'action')",
      replace: 'false',
      suites: ['core', 'simulation'],
    },
    {
      name: 'a restored saga does not resolve its pivot (R2)',
      file: 'durable-objects/core/restored.ts',
      find: "if (step.plan.kind === 'pivot') return asked(step, 'resolve', atMs)",
      replace: "if (step.plan.kind === 'pivot') return step",
      suites: ['core', 'simulation'],
    },
    {
      name: 'a restored saga is called off by the deadline of the lost one (R3)',
      file: 'durable-objects/core/restored.ts',
      find: 'forwardDeadlineAtMs: isInDoubt ? null : saga.forwardDeadlineAtMs',
      replace: 'forwardDeadlineAtMs: saga.forwardDeadlineAtMs',
      suites: ['core', 'simulation'],
    },
    {
      name: "a restored journal's rows do not replace the lost one's (S4)",
      file: 'worker/saga-log/store.ts',
      find: 'where excluded.epoch > saga_event.epoch',
      replace: 'where false',
      suites: ['simulation', 'integration'],
    },
    {
      name: 'two journals of one order share an epoch',
      file: 'worker/api/ops/saga-log-reads.ts',
      find: '.set({ epochTaken: sql`${sagaInstance.epochTaken} + 1` })',
      replace: '.set({ epochTaken: sql`${sagaInstance.epochTaken}` })',
      suites: ['simulation', 'api'],
    },
    {
      name: 'a lease that has ended frees the hold of a living saga (H4)',
      file: 'durable-objects/order/lease.ts',
      find: "if (saga.phase !== 'compensated' || saga.unreadable !== null || !isOver(step)) return KEEP",
      replace: "if (step.plan.kind !== 'compensatable') return KEEP",
      suites: ['core', 'simulation'],
    },
    {
      name: 'what was charged for a living saga is given back (H6)',
      file: 'durable-objects/order/lease.ts',
      find: 'if (!order || !saga || !step) return KEEP',
      replace:
        "if (!order || !saga || !step) return KEEP\n  if (step.plan.kind === 'pivot') return { kind: 'void' }",
      suites: ['core', 'simulation'],
    },
    {
      name: 'who looks at an order that stands still does not set it going (P6)',
      file: 'durable-objects/order-process.ts',
      find: 'if (overdueMs <= ALARM_LATE_MS_MAX) return',
      replace: 'if (overdueMs > 0) return',
      suites: ['core', 'simulation'],
    },
    {
      name: 'nothing wakes a saga that waits for newer code (P7)',
      file: 'durable-objects/order-process.ts',
      find: 'return saga ? (nextDueAtMs(saga) ?? Infinity) : newerCodeAtMs',
      replace: 'return saga ? (nextDueAtMs(saga) ?? Infinity) : Infinity + newerCodeAtMs',
      suites: ['core', 'simulation'],
    },
    {
      name: 'a dead letter of the saga log does not poke its order',
      file: 'worker/dead-letters.ts',
      find: 'return orders.getByName(content.report.orderId).poke()',
      replace: 'return',
      suites: ['simulation', 'integration'],
    },
  ],
}
