import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OrderId } from '../../durable-objects/core/ids.ts'
import type { LeaseAnswer } from '../../durable-objects/core/messages.ts'
import {
  CAPTURES_LOOKED_AT_MS,
  CAPTURE_SETTLES_MS,
  askAboutCaptures,
} from '../../worker/domains/payments/captures.ts'
import type { PaymentProvider } from '../../worker/domains/payments/provider.ts'
import { chargeKeyOf } from '../../worker/domains/payments/rules.ts'
import type { Orders } from '../../worker/domains/replies.ts'
import { type Runtime, edgeRuntime } from '../../worker/domains/runtime.ts'
import { KEEP } from './leases.ts'
import { newOrderId } from '../support/commands.ts'
import { deliver, outcomes } from './queue.ts'
import { type Till, assertLawful, charge, ledgerOf, openTill, refund } from './till.ts'

const VOID: LeaseAnswer = { kind: 'void' }
const TOTAL = { amount: 4_200, currency: 'USD' }

beforeEach(() =>
  env.PROVIDER_DB.batch(
    ['ledger_charge', 'ledger_refund'].map((table) =>
      env.PROVIDER_DB.prepare(`delete from ${table}`),
    ),
  ),
)
beforeEach(() => env.PAYMENTS_DB.prepare('delete from capture_walk').run())
afterEach(assertLawful)

/** Captured at the provider, and nothing here speaks for it. */
async function capture({ sandbox }: Till, orderId = newOrderId()): Promise<OrderId> {
  const request = { key: chargeKeyOf(orderId), orderId, amount: TOTAL, token: 'tok_visa' }
  const { signal } = new AbortController()
  expect(await sandbox.charge(request, signal)).toMatchObject({ status: 'captured' })
  return orderId
}

type Asking = {
  answer?: (orderId: string) => Promise<LeaseAnswer>
  changed?: Partial<PaymentProvider>
  limit?: number
  pages?: number
  runtime?: Partial<Runtime>
}

/** Has the payments ask when all that was captured has settled; `asked`: whom. */
async function ask(till: Till, asking: Asking = {}) {
  const { answer = async () => VOID, changed = {}, limit = 100, pages = 1, runtime = {} } = asking
  const asked: string[] = []
  const orders: Orders = {
    getByName: (name) => ({
      reply: async () => {},
      askAboutLease: (_sagaId, step) => {
        asked.push(`${name} ${step}`)
        return answer(name)
      },
    }),
  }
  const clock = { ...edgeRuntime, nowMs: () => till.clock.nowMs + CAPTURE_SETTLES_MS, ...runtime }
  const domain = { DB: env.PAYMENTS_DB, ORDERS: orders }
  const report = await askAboutCaptures(
    domain,
    { ...till.sandbox, ...changed },
    limit,
    clock,
    pages,
  )
  return { report, asked }
}

const refundedOf = async (orderId: OrderId) => (await ledgerOf(orderId)).refunded

describe('a capture that no row speaks for', () => {
  it.each<[what: string, before: (till: Till, orderId: OrderId) => Promise<unknown>]>([
    ['the row says void', ({ queue }, id) => deliver(queue, [charge(id, 'tok_visa', 'resolve')])],
    ['the row says declined', ({ queue }, id) => decline(queue, id)],
    ['there is no row', async () => {}],
  ])('is refunded whole on the word of its order: %s (C1, C2)', async (_what, before) => {
    const till = openTill()
    const orderId = newOrderId()
    await before(till, orderId)
    await env.PROVIDER_DB.prepare('delete from ledger_charge').run()
    await capture(till, orderId)
    const { report, asked } = await ask(till)
    expect(asked).toEqual([`${orderId} charge-card`])
    expect(report).toEqual({ asked: 1, kept: 0, released: 1, unanswered: 0 })
    expect(await refundedOf(orderId)).toBe(4_200)
    // The provider tells that there is nothing left of it (C3).
    expect((await ask(till)).asked).toEqual([])
  })

  it.each<[what: string, answer: () => Promise<LeaseAnswer>, counted: object]>([
    ['keep', async () => KEEP, { kept: 1 }],
    ['a release', async () => ({ kind: 'release', command: '{}' }), { kept: 1 }],
    ['none', () => Promise.reject(new Error('the object is down')), { unanswered: 1 }],
  ])(
    'is kept on any other answer, and asked about again: %s (C1, C4)',
    async (_, answer, counted) => {
      const till = openTill()
      const orderId = await capture(till)
      for (let time = 0; time < 2; time += 1) {
        expect((await ask(till, { answer })).report).toMatchObject({ asked: 1, ...counted })
      }
      expect(await refundedOf(orderId)).toBe(0)
    },
  )

  it('is kept while its order takes too long to answer (C1)', async () => {
    const till = openTill()
    const orderId = await capture(till)
    const answer = never
    const { report } = await ask(till, { answer, runtime: { after: onceListed() } })
    expect(report).toMatchObject({ asked: 1, unanswered: 1 })
    expect(await refundedOf(orderId)).toBe(0)
  })

  it('is refunded once by two who refund at once, and after a lost answer (C2)', async () => {
    const till = openTill()
    const orderId = await capture(till)
    const keys: string[] = []
    const arrived = Promise.withResolvers<void>()
    const changed: Partial<PaymentProvider> = {
      refund: async (request, signal) => {
        keys.push(request.key)
        if (keys.length === 2) arrived.resolve()
        await arrived.promise
        await till.sandbox.refund(request, signal)
        throw new Error('the answer was lost')
      },
    }
    const both = await Promise.all([ask(till, { changed }), ask(till, { changed })])
    expect(both.map(({ report }) => report.kept)).toEqual([1, 1])
    expect(new Set(keys).size).toBe(1)
    expect(await refundedOf(orderId)).toBe(4_200)
    expect(await refundsOf(orderId)).toBe(1)
  })

  it('is refunded by no more than what is left of it (C2)', async () => {
    const till = openTill()
    const orderId = await capture(till)
    const { signal } = new AbortController()
    const part = { key: 'by-hand', chargeKey: chargeKeyOf(orderId) }
    await till.sandbox.refund({ ...part, amount: { ...TOTAL, amount: 200 } }, signal)
    expect((await ask(till)).report).toMatchObject({ released: 1 })
    expect(await refundedOf(orderId)).toBe(4_200)
  })
})

describe('nobody is asked about', () => {
  it('what the payments know as captured, refunded or not', async () => {
    const till = openTill()
    const [paid, returned] = [newOrderId(), newOrderId()]
    await outcomes(till.queue, [charge(paid, 'tok_visa'), charge(returned, 'tok_visa')])
    await outcomes(till.queue, [refund(returned)])
    expect((await ask(till)).asked).toEqual([])
  })

  it('what was captured a moment ago', async () => {
    const till = openTill()
    await capture(till)
    till.clock.nowMs -= 1
    expect((await ask(till)).asked).toEqual([])
  })

  it('a charge that is none of ours', async () => {
    const till = openTill()
    const orderId = newOrderId()
    const { signal } = new AbortController()
    for (const key of ['elsewhere', `${orderId}/other`, `${orderId}/charge-card/1`, '']) {
      await till.sandbox.charge({ key, orderId, amount: TOTAL, token: 'tok_visa' }, signal)
    }
    expect((await ask(till)).asked).toEqual([])
  })
})

describe('the walk over the captures (C4)', () => {
  it('takes a page each time, newest first, and then starts anew', async () => {
    const till = openTill()
    const orders: OrderId[] = []
    for (let n = 0; n < 3; n += 1) orders.push(await capture(till))
    const pages: string[][] = []
    for (let n = 0; n < 3; n += 1) {
      pages.push((await ask(till, { limit: 2, answer: async () => KEEP })).asked)
    }
    const [one, two, three] = orders.map((orderId) => `${orderId} charge-card`)
    expect(pages).toEqual([[three, two], [one], [three, two]])
  })

  it('C5: comes to each capture within three days if it gets on faster than they are made', async () => {
    expect(await missedBy({ pages: 6 })).toBe(0)
    expect(await missedBy({ pages: 1 })).toBeGreaterThan(50)
  })

  it('C5: it goes on to the next page at once, as long as there is time', async () => {
    const till = openTill()
    for (let n = 0; n < 5; n += 1) await capture(till)
    const all = await ask(till, { limit: 2, pages: 100, answer: async () => KEEP })
    expect(all.report).toMatchObject({ asked: 5, kept: 5 })
    let nowMs = till.clock.nowMs + CAPTURE_SETTLES_MS
    const slow = { nowMs: () => (nowMs += 1_000) }
    const some = await ask(till, { limit: 1, pages: 100, answer: async () => KEEP, runtime: slow })
    expect(some.report.asked).toBeGreaterThan(0)
    expect(some.report.asked).toBeLessThan(5)
  })

  it('repeats the page of a run that died before it had dealt with it', async () => {
    const till = openTill()
    for (let n = 0; n < 3; n += 1) await capture(till)
    const dead = { captures: () => Promise.reject(new Error('died')) }
    const first = await ask(till, { limit: 2, answer: async () => KEEP })
    await expect(ask(till, { limit: 2, changed: dead })).rejects.toThrow('died')
    const second = await ask(till, { limit: 2, answer: async () => KEEP })
    expect(new Set([...first.asked, ...second.asked]).size).toBe(3)
  })

  it('goes back no further than a few days', async () => {
    const till = openTill()
    await capture(till)
    till.clock.nowMs += CAPTURES_LOOKED_AT_MS
    for (let n = 0; n < 2; n += 1) await capture(till)
    const asked: number[] = []
    for (let n = 0; n < 4; n += 1) {
      asked.push((await ask(till, { limit: 1, answer: async () => KEEP })).asked.length)
    }
    // The third is too old: from there it is the newest again.
    expect(asked).toEqual([1, 1, 0, 1])
  })

  it('stores nothing where one page has it all', async () => {
    const till = openTill()
    await capture(till)
    await ask(till)
    expect(await env.PAYMENTS_DB.prepare('select 1 from capture_walk').first()).toBe(null)
  })
})

/** How many of 120 captures no walk of six days comes to, when five are made from sweep to sweep. */
async function missedBy({ pages }: { pages: number }): Promise<number> {
  const sweeps = 24
  const everyMs = CAPTURES_LOOKED_AT_MS / sweeps
  await env.PAYMENTS_DB.prepare('delete from capture_walk').run()
  const till = openTill()
  const fromMs = till.clock.nowMs
  const seen = new Set<number>()
  const changed: Partial<PaymentProvider> = {
    captures: async (after) => {
      const newest = ((till.clock.nowMs - fromMs) / everyMs) * 5 - 1
      const place = after === null ? newest : Number(after)
      seen.add(place)
      // None of ours, so that nobody is asked.
      const capturedAtMs = fromMs + Math.floor(place / 5) * everyMs
      const item = { key: 'elsewhere', amount: TOTAL, refunded: 0, capturedAtMs }
      return { items: [item], next: place === 0 ? null : String(place - 1) }
    },
  }
  for (let sweep = 0; sweep < 2 * sweeps; sweep += 1) {
    till.clock.nowMs += everyMs
    await ask(till, { changed, pages })
  }
  const places = Array.from({ length: 5 * sweeps }, (_, place) => place)
  return places.filter((place) => !seen.has(place)).length
}

const decline = (queue: Till['queue'], orderId: OrderId) =>
  deliver(queue, [charge(orderId, 'tok_declined')])

const refundsOf = (orderId: OrderId) =>
  env.PROVIDER_DB.prepare('select count(*) as n from ledger_refund where charge_key = ?1')
    .bind(chargeKeyOf(orderId))
    .first<number>('n')

const never = () => new Promise<LeaseAnswer>(() => {})

/** Timers that run out at once, but for the first, under which the captures are listed. */
function onceListed(): Runtime['after'] {
  let isFirst = true
  return (_durationMs, callback) => {
    if (!isFirst) callback()
    isFirst = false
    return () => {}
  }
}
