/**
 * The whole shop, killed while orders run and commands are slow, lost, doubled and failing, and
 * started again on the same state.
 *
 * K1. An order whose 202 was seen is never lost: it settles, whatever was killed when.
 * K2. Whatever was killed when, the books balance: the audit is clean and no hold stays open.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { customerWith, openCustomer } from '../../scripts/client/customer.ts'
import { STORM, applyFaults } from '../../scripts/client/faults.ts'
import { operatorOf } from '../../scripts/client/operator.ts'
import { type LocalShop, startLocal } from '../../scripts/local/start-local.ts'
import { forgetState, temporaryState } from '../../scripts/local/temporary-shop.ts'
import { orderOf, until, untilSettled } from '../support/orders.ts'
import { PATIENT } from '../support/shop-for-tests.ts'

const ROUNDS = Number(process.env.EDGE_SAGA_KILLS ?? 3)
const ORDERS_PER_ROUND = Number(process.env.EDGE_SAGA_ORDERS ?? 12)
const SETTLE_WITHIN_MS = 120_000
const TOKENS = ['tok_visa', 'tok_visa', 'tok_declined', 'tok_lost'] as const

type Accepted = { token: string; orderId: string }

const stateDir = temporaryState('chaos')
let shop: LocalShop | null = null
const start = async (): Promise<LocalShop> => (shop = await startLocal({ stateDir, env: PATIENT }))

afterAll(async () => {
  await shop?.stop()
  forgetState(stateDir)
})

/** An order whose answer did not arrive is none that was promised. */
async function buy(url: string, index: number, accepted: Accepted[]): Promise<void> {
  try {
    const customer = await openCustomer(url)
    const token = TOKENS[index % TOKENS.length] ?? 'tok_visa'
    const placed = await customer.place(
      orderOf({ payment: { token }, coupon: 'WELCOME10', points: 100 }),
    )
    if (placed.kind === 'placed') accepted.push({ token: customer.token, orderId: placed.order.id })
  } catch {
    // Killed in the middle of it.
  }
}

/** Kills at another moment in each round: after the first order, in the middle, near the end. */
async function buyAndKill({ url, kill }: LocalShop, round: number): Promise<Accepted[]> {
  const killAfter = Math.max(1, Math.round((ORDERS_PER_ROUND * round) / ROUNDS))
  const accepted: Accepted[] = []
  const enough = Promise.withResolvers<void>()
  const buying = Array.from({ length: ORDERS_PER_ROUND }, async (_, index) => {
    await buy(url, index, accepted)
    if (accepted.length >= killAfter) enough.resolve()
  })
  await Promise.race([enough.promise, Promise.all(buying)])
  await kill()
  await Promise.all(buying)
  return accepted
}

async function countUnsettled(url: string, accepted: Accepted[]): Promise<number> {
  const orders = await Promise.all(
    accepted.map(({ token, orderId }) => customerWith(url, token).read(orderId)),
  )
  return orders.filter(({ settled }) => !settled).length
}

describe('SIGKILL to everything, and a start on the same state', () => {
  it(
    `${ROUNDS} times: every accepted order settles, and the audit is clean (K1, K2)`,
    { timeout: 600_000 },
    async () => {
      const accepted: Accepted[] = []
      let interrupted = 0
      for (let round = 0; round < ROUNDS; round += 1) {
        const running = await start()
        // They are kept in the domains' databases, so they are there after the kill as well.
        await applyFaults(STORM, operatorOf(running.url, running.operatorToken))
        interrupted += await countUnsettled(running.url, accepted)
        accepted.push(...(await buyAndKill(running, round)))
      }
      const { url, operatorToken } = await start()
      const restartedAtMs = Date.now()
      const operator = operatorOf(url, operatorToken)
      interrupted += await countUnsettled(url, accepted)
      await operator.clearFaults()
      for (const { token, orderId } of accepted) {
        const order = await untilSettled(customerWith(url, token), orderId, SETTLE_WITHIN_MS)
        expect(['confirmed', 'failed']).toContain(order.status)
      }
      const settledAfterMs = Date.now() - restartedAtMs

      // Orders whose 202 was lost may still run, and D1 follows about a second behind.
      const audit = await until(
        async () => {
          const report = await operator.audit()
          const { unsettled, logBehind } = report.counts
          return unsettled === 0 && logBehind === 0 ? report : null
        },
        { withinMs: SETTLE_WITHIN_MS, what: 'nothing moves any more and D1 has all of it' },
      )
      const atRestAfterMs = Date.now() - restartedAtMs
      console.log(
        `${ROUNDS} kills, ${accepted.length} orders accepted, ${interrupted} found unsettled at a ` +
          `restart: all settled ${settledAfterMs} ms after the last, the saga log complete after ${atRestAfterMs} ms`,
      )
      // Otherwise the kills came too late to prove anything.
      expect(interrupted).toBeGreaterThan(0)
      expect(audit.violations).toEqual([])
      expect(audit.counts.openHolds).toBe(0)
      expect(audit.counts.orders).toBeGreaterThanOrEqual(accepted.length)
    },
  )
})
