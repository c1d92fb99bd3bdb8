/** Bugs around the one effect that is outside a database: the card. */
import type { Theme } from '../mutant.ts'

export const PAYMENTS: Theme = {
  title: 'Payments',
  mutants: [
    {
      name: 'the idempotency key of a charge has the attempt in it (V1)',
      file: 'worker/domains/payments/steps.ts',
      find: 'const key = keyOf(command)',
      replace: 'const key = `${keyOf(command)}/${command.attempt}`',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'the idempotency key of a refund has the attempt in it (V1)',
      file: 'worker/domains/payments/steps.ts',
      find: 'const request = { key: keyOf(command), chargeKey',
      replace: 'const request = { key: `${keyOf(command)}/${command.attempt}`, chargeKey',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a charge is called again without looking it up (Z1)',
      file: 'worker/domains/payments/steps.ts',
      find: 'if (!fresh) {',
      replace: 'if (key === undefined) {',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a charge is called again while the first may be calling (Y2)',
      file: 'worker/domains/payments/steps.ts',
      find: 'if (!mayCall) return undefined',
      replace: '',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a claim whose caller died is never taken over (Y2)',
      file: 'worker/domains/payments/store.ts',
      find: 'calling_until_ms <= ${given.nowMs}`',
      replace: 'calling_until_ms < 0`',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a resolve calls the provider for a charge (Z2)',
      file: 'worker/domains/payments/steps.ts',
      find: "command.mode === 'resolve' ? resolve(command, tools) : execute(claimed, command, tools)",
      replace: 'execute(claimed, command, tools)',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a charge is called void without asking the provider (Z2)',
      file: 'worker/domains/payments/steps.ts',
      find: 'within(tools, () => tools.provider.void(keyOf(command)))',
      replace: "Promise.resolve({ status: 'voided' })",
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a call that failed is taken for declined (Z3)',
      file: 'worker/domains/payments/steps.ts',
      find: "logError('provider-call-lost', commandFields(command), error)",
      replace: "return { status: 'declined', code: 'provider-error' }",
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a charge is carried out however late its command comes (W3)',
      file: 'worker/domains/payments/participant.ts',
      find: 'return nowMs - sentAtMs > command.holdMs + CHARGE_LATE_MS_MAX',
      replace: 'return false',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a call without an answer is not looked up later (W2)',
      file: 'worker/domains/payments/participant.ts',
      find: 'delivery.retry(OPEN_RETRY_DELAY_S)',
      replace: 'delivery.ack()',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a refund forgets the refunds that were made before',
      file: 'worker/domains/payments/sandbox.ts',
      find: 'where r.charge_key = c.key), 0)',
      replace: 'where r.charge_key is null), 0)',
      suites: ['participant'],
    },
    {
      name: 'a return refunds less than was charged',
      file: 'durable-objects/sagas/order-return.ts',
      find: 'input: ({ customer, total }): ',
      replace: 'input: ({ customer, shipping: total }): ',
      suites: ['simulation', 'integration'],
    },
  ],
}
