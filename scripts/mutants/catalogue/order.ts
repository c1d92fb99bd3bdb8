/** Bugs in what the shopper is told, and in the shop's sagas. */
import type { Theme } from '../mutant.ts'

export const ORDER: Theme = {
  title: 'What an order is',
  mutants: [
    {
      name: 'an order is shown as confirmed before its card is charged',
      file: 'durable-objects/order/status.ts',
      find: "return isDecided(saga) ? 'confirmed' : 'pending'",
      replace: "return isCancellable(saga) ? 'pending' : 'confirmed'",
      suites: ['core', 'simulation'],
    },
    {
      name: 'a failed order lists as released what is only being released',
      file: 'durable-objects/order/failure.ts',
      find: "step.status === 'compensated' ? 'released' : 'releasing'",
      replace: "'released'",
      suites: ['core', 'integration'],
    },
    {
      name: 'a failed order lists as released what it never held',
      file: 'durable-objects/order/failure.ts',
      find: "if (!held || ['waiting', 'rejected', 'skipped'].includes(step.status)) return []",
      replace: 'if (!held) return []',
      suites: ['core', 'integration'],
    },
    {
      name: 'an order that is being returned is offered to be returned again',
      file: 'durable-objects/order/status.ts',
      find: "createSagaOf(order).phase === 'completed' && returnSagaOf(order) === undefined",
      replace: "createSagaOf(order).phase === 'completed'",
      suites: ['core', 'integration'],
    },
    {
      name: 'a socket that was closed, and that nobody answers on, keeps the others from making room',
      file: 'durable-objects/sockets.ts',
      find: 'for (const socket of this.#open().slice(SOCKETS_MAX - 1)) {',
      replace: 'for (const socket of this.#ctx.getWebSockets().slice(SOCKETS_MAX - 1).slice(-1)) {',
      suites: ['integration'],
    },
    {
      name: 'the card is charged the price before discounts',
      file: 'durable-objects/sagas/order-create.ts',
      find: 'input: ({ customer, total, payment }:',
      replace: 'input: ({ customer, subtotal: total, payment }:',
      suites: ['core', 'simulation'],
    },
  ],
}
