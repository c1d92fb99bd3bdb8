/** Bugs in what traces tell, and how they reach their endpoint. */
import type { Theme } from '../mutant.ts'

export const TRACES: Theme = {
  title: 'Traces',
  mutants: [
    {
      name: 'traces are told of although no endpoint is set',
      file: 'worker/traces/outlet.ts',
      find: "settings.kind !== 'on'",
      replace: "settings.kind === 'faulty'",
      suites: ['api'],
    },
    {
      name: 'a repeat is another span (T4)',
      file: 'worker/traces/span-ids.ts',
      find: 'hashOf(key, ',
      replace: 'hashOf(key + crypto.randomUUID(), ',
      suites: ['api'],
    },
    {
      name: 'each message tells of all that ended before as well (T2)',
      file: 'worker/traces/journal-spans.ts',
      find: 'transition.seq >= from && ',
      replace: '',
      suites: ['core', 'api'],
    },
    {
      name: 'a span goes on when it has ended (T1)',
      file: 'worker/traces/step-run.ts',
      find: '[...this.events.list]',
      replace: 'this.events.list',
      suites: ['core'],
    },
    {
      name: 'a step that nobody answered has no end',
      file: 'worker/traces/saga-trace.ts',
      find: "direction === 'compensation' ? this.#end(step, 'action', 'unknown', saga, atMs) : []",
      replace: '[]',
      suites: ['core'],
    },
    {
      name: 'a trace is told from the middle of its journal (T6)',
      file: 'worker/traces/journals.ts',
      find: 'journal?.length === wanted ? journal : null',
      replace: 'journal ?? []',
      suites: ['api'],
    },
    {
      name: 'what the queue of traces refused is not offered again (S6)',
      file: 'worker/saga-log/consumer.ts',
      find: 'return false',
      replace: 'return true',
      suites: ['api'],
    },
    {
      name: 'an endpoint that is busy loses the trace (T4)',
      file: 'worker/traces/post.ts',
      find: '[429, 502, 503, 504]',
      replace: '[429]',
      suites: ['api'],
    },
    {
      name: 'what an endpoint refuses for good is sent for hours',
      file: 'worker/traces/post.ts',
      find: "if (!RETRYABLE.has(status)) return { kind: 'refused', reason }",
      replace: '',
      suites: ['api'],
    },
  ],
}
