/** Bugs in how commands travel by call, how their replies come back, and how calls share a database. */
import type { Theme } from '../mutant.ts'

export const CALLS: Theme = {
  title: 'Calls, and what they share',
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
      name: 'who called and is put back waits for ever (G2)',
      file: 'worker/domains/calls.ts',
      find: 'retry: () => place.answer(null),',
      replace: 'retry: () => undefined,',
      suites: ['participant'],
    },
    {
      name: 'who has had a turn has every later one again (U1)',
      file: 'worker/domains/turns.ts',
      find: 'this.#waiting.splice(0, ITEMS_PER_TURN_MAX)',
      replace: 'this.#waiting.slice(0, ITEMS_PER_TURN_MAX)',
      suites: ['participant'],
    },
    {
      name: 'a turn that was lost with its request is waited for (U3)',
      file: 'worker/domains/turns.ts',
      find: 'if (nowMs - turn.beganAtMs >= TURN_MS_MAX)',
      replace: 'if (nowMs - turn.beganAtMs >= Infinity)',
      suites: ['participant'],
    },
    {
      name: 'those whose turn was lost are not told (U3)',
      file: 'worker/domains/turns.ts',
      find: "this.#end(turn, new Error('the turn was lost'))",
      replace: 'this.#running.delete(turn)',
      suites: ['participant'],
    },
    {
      name: 'who waits is not told that a turn has ended (U1)',
      file: 'worker/domains/turns.ts',
      find: 'this.#waiting[0]?.wake()',
      replace: 'this.#waiting[0]?.wake',
      suites: ['participant'],
    },
    {
      name: 'who waits for a turn does not look by itself (U4)',
      file: 'worker/domains/turns.ts',
      find: 'const cancel = after(LOOK_EVERY_MS, resolve)',
      replace: 'const cancel = after(LOOK_EVERY_MS, () => undefined)',
      suites: ['participant'],
    },
    {
      name: 'turns do not wait for more that come (U5)',
      file: 'worker/domains/turns.ts',
      find: 'if (this.#waiting.length > 1) await pause(GATHER_MS, runtime)',
      replace: '',
      suites: ['participant'],
    },
    {
      name: 'turns gather beside each other (U5)',
      file: 'worker/domains/turns.ts',
      find: ' && running.every(({ seats }) => seats !== null)',
      replace: '',
      suites: ['participant'],
    },
    {
      name: 'who shares a read gets the answer to the first question (H1)',
      file: 'worker/domains/shared-reads.ts',
      find: 'const answer = answers.get(index)',
      replace: 'const answer = answers.get(index * 0)',
      suites: ['participant'],
    },
  ],
}
