/** Bugs in how commands travel by call, and how their replies come back. */
import type { Theme } from '../mutant.ts'

export const CALLS: Theme = {
  title: 'Commands by call',
  mutants: [
    {
      name: 'a call without a reply is not sent by queue (T1)',
      file: 'durable-objects/command-calls.ts',
      find: 'await queues(orderId, [outgoing])',
      replace: 'void outgoing',
      suites: ['core'],
    },
    {
      name: 'of replies that came together only the first is heard (T2)',
      file: 'durable-objects/command-calls.ts',
      find: 'const replies = this.#replies.splice(0)',
      replace: 'const replies = this.#replies.splice(0).slice(0, 1)',
      suites: ['core'],
    },
    {
      name: 'replies that wait for a silent one are never handed over (T2)',
      file: 'durable-objects/command-calls.ts',
      find: 'this.#cancel ??= this.#after(GATHER_MS_MAX, () => this.#handOver())',
      replace: 'this.#cancel ??= this.#after(GATHER_MS_MAX, () => undefined)',
      suites: ['core'],
    },
    {
      name: 'of inputs that came together only the last is decided upon',
      file: 'durable-objects/core/decide.ts',
      find: 'for (const input of inputs) {',
      replace: 'for (const input of inputs.slice(-1)) {',
      suites: ['core', 'simulation'],
    },
    {
      name: 'what was called is carried out with every later batch again (G1)',
      file: 'worker/domains/calls.ts',
      find: 'this.#waiting.splice(0, CALLS_PER_BATCH_MAX)',
      replace: 'this.#waiting.slice(0, CALLS_PER_BATCH_MAX)',
      suites: ['participant'],
    },
    {
      name: 'who called and is put back waits for ever (G2)',
      file: 'worker/domains/calls.ts',
      find: 'retry: () => resolve(null),',
      replace: 'retry: () => undefined,',
      suites: ['participant'],
    },
    {
      name: 'a batch that was lost with its call is waited for (G3)',
      file: 'worker/domains/calls.ts',
      find: 'if (nowMs - batch.beganAtMs > BATCH_MS_MAX) this.#running.delete(batch)',
      replace: 'if (nowMs - batch.beganAtMs > Infinity) this.#running.delete(batch)',
      suites: ['participant'],
    },
  ],
}
