/** Bugs in how an order's object commits, sends and wakes: `durable-objects/`. */
import type { Theme } from '../mutant.ts'

export const PROCESS: Theme = {
  title: "The order's object",
  mutants: [
    {
      name: 'the journal is written after the commands were sent (P1, P2)',
      file: 'durable-objects/order-process.ts',
      find: `this.#ports.journal.append(transition)
    this.#order = order
`,
      replace: `queueMicrotask(() => this.#ports.journal.append(transition))
    this.#order = order
`,
      suites: ['core', 'simulation', 'integration'],
    },
    {
      name: 'there is an await between the decision and its commit (P1)',
      file: 'durable-objects/order-process.ts',
      find: 'if (events.length > 0) this.#commit(this.#order.orderId, sagaId, events, commands)',
      replace: `const { orderId } = this.#order
    if (events.length > 0) {
      const looked = this.#ports.sagaLog.isAtRest(this.#order)
      void looked.then(() => this.#commit(orderId, sagaId, events, commands))
    }`,
      suites: ['core', 'simulation', 'integration'],
    },
    {
      name: 'the state moves on although the journal could not be written (P1)',
      file: 'durable-objects/order-process.ts',
      find: `this.#ports.journal.append(transition)
    this.#order = order
`,
      replace: `this.#order = order
    this.#ports.journal.append(transition)
    this.#order = order
`,
      suites: ['core'],
    },
    {
      name: 'D1 is told of an order by code that cannot read it (P7)',
      file: 'durable-objects/order-process.ts',
      find: 'if (!isReadable(order)) return false',
      replace: '',
      suites: ['core', 'simulation'],
    },
    {
      name: 'code that cannot read an order takes another address for it (P7)',
      file: 'durable-objects/order-requests.ts',
      find: "if (!isReadable(order)) return { kind: 'version-unknown' }",
      replace: '',
      suites: ['core', 'simulation'],
    },
    {
      name: 'an address is taken after the outcome is known (I11 of the simulation)',
      file: 'durable-objects/order-requests.ts',
      find: "if (orderStatus(order) !== 'pending') {",
      replace: "if (orderStatus(order) === 'returned') {",
      suites: ['integration', 'simulation'],
    },
    {
      name: 'an address is taken from who has not seen the newest one (If-Match)',
      file: 'durable-objects/order-requests.ts',
      find: `if (!order) return { kind: 'not-found' }
    if (isStale(order, ifVersion)) return { kind: 'stale', order: this.#view(order) }
    if (!isReadable(order)) return`,
      replace: `if (!order) return { kind: 'not-found' }
    if (!isReadable(order)) return`,
      suites: ['core', 'simulation'],
    },
    {
      name: 'the alarm is not set again after it fired (P3)',
      file: 'durable-objects/order-process.ts',
      find: 'this.#alarmAtMs = null',
      replace: 'void this.#alarmAtMs',
      suites: ['core', 'simulation'],
    },
    {
      name: 'an alarm that ended in an error does not come back (P3)',
      file: 'durable-objects/order-saga.ts',
      find: 'await this.ctx.storage.setAlarm(Date.now() + ALARM_RETRY_MS)',
      replace: 'void ALARM_RETRY_MS',
      suites: ['integration'],
    },
    {
      name: 'the alarm is only ever moved to a later time (P3)',
      file: 'durable-objects/order-process.ts',
      find: 'this.#alarmAtMs <= atMs',
      replace: 'this.#alarmAtMs >= atMs',
      suites: ['core', 'simulation'],
    },
    {
      name: 'the alarm is set for the log and not for the steps (P3)',
      file: 'durable-objects/order-process.ts',
      find: 'Math.min(logDueAtMs, this.#dueAtMs())',
      replace: 'logDueAtMs',
      suites: ['core', 'simulation'],
    },
    {
      name: 'an alarm that did not come is not made up for by who looks at the order (P6)',
      file: 'durable-objects/order-process.ts',
      find: 'if (overdueMs <= ALARM_LATE_MS_MAX) return',
      replace: 'if (overdueMs <= Infinity) return',
      suites: ['core', 'simulation'],
    },
    {
      name: 'an alarm waits for a log that does not answer (P8)',
      file: 'durable-objects/order-process.ts',
      find: 'await within(LOG_WAIT_MS_MAX, () => done, this.#ports.after)',
      replace: 'await done',
      suites: ['core'],
    },
    {
      name: 'as long as D1 lacks something, the alarm comes back every second (P3)',
      file: 'durable-objects/order-process.ts',
      find: 'return Math.round(everLongerMs(lackingMs, LOG_CHECK_SHARE, LOG_CHECK_MS))',
      replace: 'return LOG_CHECK_MS',
      suites: ['core'],
    },
    {
      name: 'once at rest the log is never compared with D1 (L2)',
      file: 'durable-objects/order-process.ts',
      find: 'if (await this.#ports.sagaLog.isAtRest(order))',
      replace: 'if (order.version > 0)',
      suites: ['core', 'simulation'],
    },
    {
      name: 'code that cannot read an order says that it is called off',
      file: 'durable-objects/order-requests.ts',
      find: "if (!this.#process.sagaOf(sagaId)) return { kind: 'version-unknown' }",
      replace: '',
      suites: ['core'],
    },
    {
      name: 'a repeat of an order with another body is taken for the same order',
      file: 'durable-objects/order-requests.ts',
      find: '&& existing.bodyHash === placement.bodyHash',
      replace: '',
      suites: ['integration'],
    },
    {
      name: 'an order is shown to whoever knows its id',
      file: 'durable-objects/order-requests.ts',
      find: 'return order?.agreed.customer === customer ? order : null',
      replace: 'return order ?? null',
      suites: ['integration'],
    },
  ],
}
