/** Bugs in what every domain shares: the barrier, the batch, the queue's messages. */
import type { Theme } from '../mutant.ts'

export const BARRIER: Theme = {
  title: 'The barrier',
  mutants: [
    {
      name: 'the barrier is off: a repeat has its effects again (B1)',
      file: 'worker/domains/barrier.ts',
      find: ' and claimed_by = ${given.nonce}`',
      replace: '`',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a repeat reads only what its own run decided (B1)',
      file: 'worker/domains/barrier.ts',
      find: 'select status, code, output from operation where ${identity(direction)}',
      replace: 'select status, code, output from operation where ${ours(direction)}',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'decision and effects are not one transaction (B2)',
      file: 'worker/domains/atomic-batch.ts',
      find: 'results = await db.batch(groups.flatMap(({ statements }) => statements))',
      replace: `results = []
    for (const { statements } of groups) {
      for (const statement of statements) results.push(...(await db.batch([statement])))
    }`,
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
      find: 'const values = givenBy(delivery.command, runtime)',
      replace: 'const values = (delivery.given ??= givenBy(delivery.command, runtime))',
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
      find: '...effects(sql`${agreed} and ${actionProcessed}`)',
      replace: '...effects(agreed)',
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
      find: "kind === 'retriable' ? [forgetRejection('action')] : []",
      replace: '[]',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'the rejection of a compensation is stored (B6)',
      file: 'worker/domains/barrier.ts',
      find: "outcome('compensation'), [forgetRejection('compensation')])",
      replace: "outcome('compensation'), [])",
      suites: ['simulation', 'participant'],
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
