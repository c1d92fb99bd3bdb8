/** Bugs in the log's copy in D1, in the last resort and in the safety net. */
import type { Theme } from '../mutant.ts'

export const SAGA_LOG: Theme = {
  title: 'The saga log, dead letters and the sweep',
  mutants: [
    {
      name: 'a transition that comes twice fails its batch (S1)',
      file: 'worker/saga-log/store.ts',
      find: `  on conflict (order_id, seq) do update set
    epoch = excluded.epoch, saga_id = excluded.saga_id, at_ms = excluded.at_ms,
    events = excluded.events, trace_id = excluded.trace_id
  where excluded.epoch > saga_event.epoch\``,
      replace: `\``,
      suites: ['simulation', 'integration'],
    },
    {
      name: 'an instance row is replaced by an older one (S2)',
      file: 'worker/saga-log/store.ts',
      find: `where (excluded.epoch, excluded.last_seq) > (saga_instance.epoch, saga_instance.last_seq)`,
      replace: `where true`,
      suites: ['simulation', 'integration'],
    },
    {
      name: 'a message of the log that nobody can read costs its batch (S3)',
      file: 'worker/saga-log/consumer.ts',
      find: 'message.retry()',
      replace: "throw new Error('unreadable')",
      suites: ['simulation', 'integration'],
    },
    {
      name: 'a gap in the log is not marked',
      file: 'worker/saga-log/store.ts',
      find: 'set has_gap = ${HAS_GAP}, pruned = 0',
      replace: 'set has_gap = has_gap, pruned = 0',
      suites: ['simulation', 'integration'],
    },
    {
      name: 'a gap is closed only for the first saga of its order',
      file: 'worker/saga-log/store.ts',
      find: `\${isSagaOf('i.saga_id', 'o.value')})
    and (pruned`,
      replace: `i.saga_id = o.value)
    and (pruned`,
      suites: ['simulation', 'integration'],
    },
    {
      name: 'where the queue refuses, what it did not take counts as sent as well',
      file: 'durable-objects/saga-log/shipper.ts',
      find: 'this.#shippedSeq = Math.min(this.#shippedSeq, sentSeq)',
      replace: 'void sentSeq',
      suites: ['api', 'simulation'],
    },
    {
      name: 'a log with a gap counts as complete if its last transition is there (L2)',
      file: 'durable-objects/saga-log/shipper.ts',
      find: `if (isWhole && last === version) return true`,
      replace: `if (last === version) return true`,
      suites: ['simulation', 'integration'],
    },
    {
      name: 'D1 lets go of what its order does not say that it has (T1)',
      file: 'worker/saga-log/retention.ts',
      find: 'else if (head.epoch === row.epoch && head.version === row.version) held.push(row)',
      replace: 'else held.push(row)',
      suites: ['api', 'simulation'],
    },
    {
      name: 'D1 lets go of an order whose object has lost its journal (T1)',
      file: 'worker/saga-log/retention.ts',
      find: "if (head === null) logError('journal-lost', { orderId })",
      replace: 'if (head === null) held.push(row)',
      suites: ['api', 'simulation'],
    },
    {
      name: 'an order that changes while its object answers is pruned all the same (T1)',
      file: 'worker/saga-log/retention.ts',
      find: `i.epoch = o.value ->> 'epoch' and i.last_seq = o.value ->> 'version'
      and i.settled = 1 and i.has_gap = 0`,
      replace: 'true',
      suites: ['api', 'simulation'],
    },
    {
      name: 'a pruned order that has transitions again is still taken for pruned (T2)',
      file: 'worker/saga-log/store.ts',
      find: 'set has_gap = ${HAS_GAP}, pruned = 0',
      replace: 'set has_gap = ${HAS_GAP}',
      suites: ['integration', 'simulation'],
    },
    {
      name: 'an object sends D1 again what that has let go (L2)',
      file: 'durable-objects/saga-log/shipper.ts',
      find: 'if (count === 0 && pruned === sagas.size) return true',
      replace: 'void pruned',
      suites: ['integration', 'simulation'],
    },
    {
      name: 'rows of a lost journal come back where D1 has let go of the newer ones (S4)',
      file: 'worker/saga-log/store.ts',
      find: "i.epoch > ${fields('epoch')})",
      replace: 'false)',
      suites: ['integration'],
    },
    {
      name: 'a saga that only a lost journal had stays in D1 (S4)',
      file: 'worker/saga-log/store.ts',
      find: 'where i.epoch < (',
      replace: 'where i.epoch < 0 and i.epoch < (',
      suites: ['integration'],
    },
    {
      name: 'the sweep finds nothing',
      file: 'worker/sweep.ts',
      find: '(settled = 0 or has_gap = 1)',
      replace: 'false',
      suites: ['simulation', 'integration'],
    },
    {
      name: 'the sweep does not look for gaps',
      file: 'worker/sweep.ts',
      find: '(settled = 0 or has_gap = 1)',
      replace: 'settled = 0',
      suites: ['simulation', 'integration'],
    },
    {
      name: 'a dead letter is kept, and its saga not told (X1)',
      file: 'worker/dead-letters.ts',
      find: `await tell(content, env.ORDERS)`,
      replace: `void env`,
      suites: ['simulation', 'integration'],
    },
    {
      name: 'a dead letter is done with although its saga could not be told (X1)',
      file: 'worker/dead-letters.ts',
      find: 'message.retry({ delaySeconds: retryAfterS(kind, message.attempts) })',
      replace: 'message.ack()',
      suites: ['simulation', 'integration'],
    },
  ],
}
