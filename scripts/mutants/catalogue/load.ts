/** Bugs in what domains are trusted to take: waits, repeats, and orders that are not taken in. */
import type { Theme } from '../mutant.ts'

export const LOAD: Theme = {
  title: 'Load',
  mutants: [
    {
      name: 'a reply to a repeat is timed as if it answered the first attempt (L1)',
      file: 'durable-objects/core/outcomes.ts',
      find: "reply.direction !== 'action' || reply.attempt !== 1",
      replace: "reply.direction !== 'action'",
      suites: ['core'],
    },
    {
      name: 'a slow domain is waited for without end (L2)',
      file: 'durable-objects/core/load.ts',
      find: 'Math.min(timeoutMs * WAIT_GROWTH_MAX, Math.max(timeoutMs, 2 * p99Ms))',
      replace: 'Math.max(timeoutMs, 2 * p99Ms)',
      suites: ['core'],
    },
    {
      name: 'a quick domain is waited for in a hurry (L2)',
      file: 'durable-objects/core/load.ts',
      find: 'Math.max(timeoutMs, 2 * p99Ms))',
      replace: '2 * p99Ms)',
      suites: ['core'],
    },
    {
      name: 'steps wait as they say, however slow the domain (L2)',
      file: 'durable-objects/core/draft.ts',
      find: 'this.context.replyWaitMs(step.plan.domain, command.timeoutMs)',
      replace: 'command.timeoutMs',
      suites: ['core'],
    },
    {
      name: 'repeats are never too many (L3)',
      file: 'durable-objects/core/load.ts',
      find: 'isOverBudget: repeated >=',
      replace: 'isOverBudget: -1 >=',
      suites: ['core'],
    },
    {
      name: 'too many repeats are sent all the same (U12)',
      file: 'durable-objects/breaker-desk.ts',
      find: 'if (attempt > 1 && entry.load.isOverBudget) return FRESH_MS',
      replace: '',
      suites: ['core'],
    },
    {
      name: 'what was sent is told again with each exchange (U7)',
      file: 'durable-objects/breaker-desk.ts',
      find: 'const told = { pending: NO_OUTCOMES, traffic: NO_TRAFFIC }',
      replace: 'const told = { pending: NO_OUTCOMES }',
      suites: ['core'],
    },
    {
      name: 'a domain that was slow once is slow for ever',
      file: 'durable-objects/core/load.ts',
      find: 'Math.abs(nowMs - fromMs) < WINDOW_MS',
      replace: 'nowMs - fromMs < Infinity',
      suites: ['core'],
    },
    {
      name: 'orders are taken in however many commands wait',
      file: 'durable-objects/breaker-desk.ts',
      find: "gate === 'order' && this.#entry(domain).load.isFull",
      replace: "gate !== 'order' && this.#entry(domain).load.isFull",
      suites: ['core', 'api', 'integration'],
    },
    {
      name: 'nobody asks how many commands wait',
      file: 'durable-objects/breaker.ts',
      find: 'this.#backlog = metrics?.backlogCount ?? 0',
      replace: 'this.#backlog = metrics ? 0 : 0',
      suites: ['integration'],
    },
    {
      name: 'orders are taken in that would be late',
      file: 'worker/api/obstacles.ts',
      find: 'neededMs > definition.deadlineMs - definition.compensationMs',
      replace: 'neededMs > Number.MAX_SAFE_INTEGER',
      suites: ['api'],
    },
    {
      name: 'steps side by side are thought to come one after the other',
      file: 'durable-objects/core/expected.ts',
      find: '...[...ancestors].map((earlier) => endsAtMs.get(earlier) ?? 0)',
      replace: '...endsAtMs.values()',
      suites: ['core'],
    },
  ],
}
