/** Bugs in what every domain shares: the barrier, the batch, the queue's messages. */
import type { Theme } from '../mutant.ts'

export const BARRIER: Theme = {
  title: 'The barrier',
  mutants: [
    {
      name: 'the barrier is off: a repeat has its effects again (B1)',
      file: 'worker/domains/barrier.ts',
      find: ' and operation.claimed_by = ${given.nonce}`',
      replace: '`',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a repeat reads only what its own run decided (B1)',
      file: 'worker/domains/barrier.ts',
      find: 'from ${commands} cross join operation on ${identity(direction)}`',
      replace: 'from ${commands} cross join operation on ${ours(direction)}`',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'decision and effects are not one transaction (B2)',
      file: 'worker/domains/atomic-batch.ts',
      find: 'const results = await db.batch(bound.flat())',
      replace: `const results: D1Result[] = []
  for (const statement of bound.flat()) results.push(...(await db.batch([statement])))`,
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a nonce belongs to the batch, not to the message (B3)',
      file: 'worker/domains/participant.ts',
      find: 'return runInOneBatch(db, runs, {',
      replace: `const nonce = runtime.newNonce()
  runtime = { ...runtime, newNonce: () => nonce }
  return runInOneBatch(db, runs, {`,
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a second run of a message keeps the nonce of the first (A2, B3)',
      file: 'worker/domains/participant.ts',
      find: 'givenBy: ({ command }) => givenBy(command, runtime),',
      replace:
        'givenBy: ({ delivery, command }) => (delivery.given ??= givenBy(command, runtime)),',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a compensation does not claim the row of its action (B4)',
      file: 'worker/domains/barrier.ts',
      find: "claim('action', 'compensated'),",
      replace: '',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a compensation has effects although its action had none (B4, B5)',
      file: 'worker/domains/barrier.ts',
      find: "thoseWith(sql`${isProcessed(ours('compensation'))} and ${actionProcessed}`)",
      replace: "thoseWith(isProcessed(ours('compensation')))",
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a compensated action stays processed',
      file: 'worker/domains/barrier.ts',
      find: "update operation set status = 'compensated'",
      replace: 'update operation set status = status',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'the rejection of a retriable step is stored (B6)',
      file: 'worker/domains/barrier.ts',
      find: "const storesRejection = kind !== 'retriable'",
      replace: 'const storesRejection = true',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'the rejection of a compensation is stored (B6)',
      file: 'worker/domains/barrier.ts',
      find: 'rejection: verdict, storesRejection: false }',
      replace: 'rejection: verdict, storesRejection: true }',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a step that holds starts without a way to give back',
      file: 'worker/domains/barrier.ts',
      find: "if ((kind === 'compensatable') !== (compensation !== undefined)) {",
      replace: "if (kind !== 'compensatable' && compensation !== undefined) {",
      suites: ['participant'],
    },
    {
      name: 'a fault that is to refuse compensations refuses none',
      file: 'worker/domains/faults.ts',
      find: "faults.only?.direction ?? 'action')",
      replace: "'action')",
      suites: ['participant'],
    },
    {
      name: 'commands of one order share a set (T1)',
      file: 'worker/domains/sets.ts',
      find: 'own.every((key) => !keys.has(key))',
      replace: 'own.length > 0',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'two orders of one customer share a set of coupons (K1)',
      file: 'worker/domains/coupons/store.ts',
      find: "  apart: 'customer',",
      replace: '',
      suites: ['participant'],
    },
    {
      name: 'a set is cut where a command of another step stands between its own, and joined again (T1)',
      file: 'worker/domains/sets.ts',
      find: 'const last = sets.at(-1)',
      replace: 'const last = sets.find((set) => set.group === group)',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a set that asks for too much together is not run again (A4)',
      file: 'worker/domains/atomic-batch.ts',
      find: 'else if (sets.length < items.length) await runSets(db, eachAlone(items), run)',
      replace:
        'else if (sets.length < items.length) for (const item of items) run.onFailed(item, error)',
      suites: ['participant'],
    },
    {
      name: 'one command that fails costs its batch (A1)',
      file: 'worker/domains/atomic-batch.ts',
      find: 'else await runOneByOne(db, items, run)',
      replace: 'else for (const item of items) run.onFailed(item, error)',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a message that nobody can read throws, and costs its batch (I1)',
      file: 'worker/domains/intake.ts',
      find: "message.retry({ delaySeconds: read.kind === 'unknown' ? UNKNOWN_RETRY_DELAY_S : 0 })",
      replace: 'throw new Error(read.problem)',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a message for newer code is dropped (I2)',
      file: 'worker/domains/intake.ts',
      find: "message.retry({ delaySeconds: read.kind === 'unknown' ? UNKNOWN_RETRY_DELAY_S : 0 })",
      replace: 'message.ack()',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a message is done with although its reply did not arrive (D2)',
      file: 'worker/domains/delivery.ts',
      find: "fail(delivery, 'reply-failed', error)",
      replace: 'delivery.ack()',
      suites: ['simulation', 'participant'],
    },
  ],
}
