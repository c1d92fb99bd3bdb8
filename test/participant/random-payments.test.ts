/** Random deliveries of one charge before a provider whose calls get lost on either way. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Mode } from '../../durable-objects/core/messages.ts'
import type { PaymentProvider } from '../../worker/domains/payments/provider.ts'
import { newOrderId } from '../support/commands.ts'
import { deliver } from './queue.ts'
import { charge, ledgerOf, openTill, assertLawful } from './till.ts'

const RUNS = 40
const TIMEOUT_MS = 60_000

type Trouble = 'none' | 'lost before' | 'lost after'

/** The sandbox behind a line that loses calls as the list says; then it is good. */
function behind(line: readonly Trouble[]) {
  let calls = 0
  const through = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
    const trouble = line[calls] ?? 'none'
    calls += 1
    if (trouble === 'lost before') throw new Error(trouble)
    const answer = await call()
    if (trouble === 'lost after') throw new Error(trouble)
    return answer
  }
  return (sandbox: PaymentProvider): PaymentProvider => ({
    charge: (request, signal) => through(() => sandbox.charge(request, signal)),
    lookup: (key) => through(() => sandbox.lookup(key)),
    void: (key) => through(() => sandbox.void(key)),
    refund: (request, signal) => through(() => sandbox.refund(request, signal)),
    captures: (after, limit) => through(() => sandbox.captures(after, limit)),
  })
}

const mode = fc.constantFrom<Mode>('execute', 'resolve')
const history = fc.record({
  token: fc.constantFrom('tok_visa', 'tok_lost', 'tok_declined'),
  line: fc.array(fc.constantFrom<Trouble>('none', 'lost before', 'lost after'), { maxLength: 8 }),
  /** Batches that are under way at the same time, then time passes. */
  rounds: fc.array(
    fc.record({
      batches: fc.array(fc.array(mode, { minLength: 1, maxLength: 3 }), {
        minLength: 1,
        maxLength: 3,
      }),
      thenMs: fc.constantFrom(0, 1_000, 2_500),
    }),
    { minLength: 1, maxLength: 5 },
  ),
})

it(
  'all answers agree with each other and with the ledger (V1, V3, Z1, Z2, Z3)',
  async () => {
    await fc.assert(
      fc.asyncProperty(history, async ({ token, line, rounds }) => {
        const { queue, clock } = openTill(behind(line))
        const orderId = newOrderId()
        const told = new Set<string>()
        for (const { batches, thenMs } of rounds) {
          const fates = await Promise.all(
            batches.map((modes) =>
              deliver(
                queue,
                modes.map((one) => charge(orderId, token, one)),
              ),
            ),
          )
          for (const { replies } of fates.flat()) for (const reply of replies) told.add(reply)
          clock.nowMs += thenMs
        }
        told.delete('transient: payment-pending')

        const { captures } = await ledgerOf(orderId)
        expect(told.size).toBeLessThanOrEqual(1)
        expect(capturesThatFit(told)).toContain(captures)
        await assertLawful()
      }),
      { numRuns: RUNS },
    )
  },
  TIMEOUT_MS,
)

/** How many captures the ledger may have, after what the saga was told. */
const capturesThatFit = (told: ReadonlySet<string>): number[] => {
  if (told.has('done')) return [1]
  return told.size > 0 ? [0] : [0, 1]
}
