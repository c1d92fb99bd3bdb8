import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it } from 'vitest'
import type { OrderId } from '../../durable-objects/core/ids.ts'
import { CHARGE_LATE_MS_MAX } from '../../worker/domains/payments/rules.ts'
import { settleCharge } from '../../worker/domains/payments/store.ts'
import { again, newOrderId } from '../support/commands.ts'
import { deliver, outcomes, repliesHeardBy } from './queue.ts'
import { charge, ledgerOf, openTill, assertLawful } from './till.ts'

const PENDING = { replies: ['transient: payment-pending'], acked: false, retriedAfterS: 1 }
const STILL_OPEN = { ...PENDING, replies: [] }
const DONE = { replies: ['done'], acked: true, retriedAfterS: undefined }
const VOID = { ...DONE, replies: ['void'] }

afterEach(assertLawful)

/** The same database, which says how many rows each batch has written, entries of indexes among them. */
const counting = (db: D1Database, say: (rows: number) => void): D1Database =>
  new Proxy(db, {
    get: (target, name) => {
      if (name !== 'batch') return Reflect.get(target, name).bind(target)
      return async (statements: D1PreparedStatement[]) => {
        const results = await target.batch(statements)
        for (const { meta } of results) say(meta.rows_written)
        return results
      }
    },
  })

describe('cards', () => {
  it('tok_visa is charged once, however often the command comes (V1, B1)', async () => {
    const { queue } = openTill()
    const orderId = newOrderId()
    const sent = charge(orderId, 'tok_visa')
    expect(await outcomes(queue, [sent])).toEqual(['done'])
    expect(await outcomes(queue, [again(sent), again(sent)])).toEqual(['done', 'done'])
    expect(await ledgerOf(orderId)).toEqual({ rows: 1, captures: 1, refunded: 0 })
    const [reply] = await repliesHeardBy(orderId)
    expect(reply?.output).toEqual({ reference: expect.stringMatching(/^sandbox_/) })
  })

  it('the same charge twice in one batch, and in two at once, is made once (V1, Z1)', async () => {
    const { queue } = openTill()
    const orderId = newOrderId()
    const copies = Array.from({ length: 4 }, () => charge(orderId, 'tok_visa'))
    await Promise.all([deliver(queue, copies.slice(0, 2)), deliver(queue, copies.slice(2))])
    expect(await outcomes(queue, [charge(orderId, 'tok_visa')])).toEqual(['done'])
    expect(await ledgerOf(orderId)).toEqual({ rows: 1, captures: 1, refunded: 0 })
  })

  it('a charge is four rows written here: what was asked and the charge, each begun and settled', async () => {
    let written = 0
    const { queue } = openTill(
      undefined,
      counting(env.PAYMENTS_DB, (rows) => (written += rows)),
    )
    expect(await outcomes(queue, [charge(newOrderId(), 'tok_visa')])).toEqual(['done'])
    expect(written).toBe(4)
  })

  it('tok_declined is rejected, also when repeated', async () => {
    const { queue } = openTill()
    const orderId = newOrderId()
    const sent = charge(orderId, 'tok_declined')
    expect(await outcomes(queue, [sent])).toEqual(['rejected: card-declined'])
    expect(await outcomes(queue, [again(sent)])).toEqual(['rejected: card-declined'])
    expect(await ledgerOf(orderId)).toMatchObject({ captures: 0 })
  })

  it('tok_lost: the answer is lost, the next delivery finds the charge (Z1, Z3)', async () => {
    const { queue } = openTill()
    const orderId = newOrderId()
    const sent = charge(orderId, 'tok_lost')
    expect(await deliver(queue, [sent])).toEqual([PENDING])
    expect(await deliver(queue, [again(sent)], 2)).toEqual([DONE])
    expect(await ledgerOf(orderId)).toEqual({ rows: 1, captures: 1, refunded: 0 })
  })

  it('tok_slow: under way for five seconds, then charged; the saga is told so once (W2)', async () => {
    const { queue, clock } = openTill()
    const orderId = newOrderId()
    expect(await deliver(queue, [charge(orderId, 'tok_slow')])).toEqual([PENDING])
    clock.nowMs += 4_999
    expect(await deliver(queue, [charge(orderId, 'tok_slow')], 2)).toEqual([STILL_OPEN])
    clock.nowMs += 1
    expect(await deliver(queue, [charge(orderId, 'tok_slow')], 3)).toEqual([DONE])
    expect(await ledgerOf(orderId)).toEqual({ rows: 1, captures: 1, refunded: 0 })
  })

  it('the first outcome that is stored stands, whatever a later answer says (Y3)', async () => {
    const { queue } = openTill()
    const sent = charge(newOrderId(), 'tok_visa')
    await deliver(queue, [sent])
    const late = { status: 'declined', code: 'card-declined' } as const
    expect(await settleCharge(env.PAYMENTS_DB, sent, late)).toMatchObject({ status: 'processed' })
  })

  it('a slow call does not keep the others of its batch waiting (W1)', async () => {
    const [slow, quick] = [newOrderId(), newOrderId()]
    let heardMeanwhile: string[] = []
    const { queue } = openTill((sandbox) => ({
      charge: async (request, signal) => {
        const state = await sandbox.charge(request, signal)
        if (request.orderId === slow) {
          heardMeanwhile = (await repliesHeardBy(quick)).map(({ outcome }) => outcome)
        }
        return state
      },
    }))
    await deliver(queue, [charge(slow, 'tok_slow'), charge(quick, 'tok_visa')])
    await expect.poll(() => heardMeanwhile).toEqual(['done'])
  })
})

describe('resolve', () => {
  it('before any charge: void, and a charge that comes later can never be made (Z2)', async () => {
    const { queue } = openTill()
    const orderId = newOrderId()
    expect(await deliver(queue, [charge(orderId, 'tok_visa', 'resolve')])).toEqual([VOID])
    expect(await deliver(queue, [charge(orderId, 'tok_visa')])).toEqual([VOID])
    expect(await deliver(queue, [charge(orderId, 'tok_visa', 'resolve')])).toEqual([VOID])
    expect(await ledgerOf(orderId)).toEqual({ rows: 0, captures: 0, refunded: 0 })
  })

  it.each([
    ['tok_visa', 'done'],
    ['tok_declined', 'rejected: card-declined'],
  ])('after %s was answered: %s (B1)', async (token, outcome) => {
    const { queue } = openTill()
    const orderId = newOrderId()
    await deliver(queue, [charge(orderId, token)])
    expect(await outcomes(queue, [charge(orderId, token, 'resolve')])).toEqual([outcome])
  })

  it('after an answer that was lost: finds the charge (Z2)', async () => {
    const { queue } = openTill()
    const orderId = newOrderId()
    await deliver(queue, [charge(orderId, 'tok_lost')])
    expect(await deliver(queue, [charge(orderId, 'tok_lost', 'resolve')])).toEqual([DONE])
  })

  it('while the provider has not decided: under way, and never "not charged" (Z2)', async () => {
    const { queue, clock } = openTill()
    const orderId = newOrderId()
    await deliver(queue, [charge(orderId, 'tok_slow')])
    const resolve = charge(orderId, 'tok_slow', 'resolve')
    expect(await deliver(queue, [resolve])).toEqual([PENDING])
    clock.nowMs += 5_000
    expect(await deliver(queue, [again(resolve)], 2)).toEqual([DONE])
  })
})

describe('a process killed between claim and call', () => {
  it('nobody calls again while the first may be calling, somebody does after that (Y2)', async () => {
    const { queue, clock } = openKilledOnce()
    const orderId = newOrderId()
    await deliver(queue, [charge(orderId, 'tok_visa')])
    clock.nowMs += 1_999
    expect(await deliver(queue, [charge(orderId, 'tok_visa')], 2)).toEqual([STILL_OPEN])
    expect(await ledgerOf(orderId)).toMatchObject({ rows: 0 })
    clock.nowMs += 1
    expect(await deliver(queue, [charge(orderId, 'tok_visa')], 3)).toEqual([DONE])
    expect(await ledgerOf(orderId)).toMatchObject({ captures: 1 })
  })

  it('resolve voids the key, and the call that left late captures nothing (V3, Z2)', async () => {
    const { queue, sandbox } = openKilledOnce()
    const orderId = newOrderId()
    const sent = charge(orderId, 'tok_visa')
    await deliver(queue, [sent])
    expect(await deliver(queue, [charge(orderId, 'tok_visa', 'resolve')])).toEqual([VOID])
    const late = await sandbox.charge(
      {
        key: `${orderId}/charge-card`,
        orderId,
        amount: { amount: 4_200, currency: 'USD' },
        token: 'tok_visa',
      },
      AbortSignal.timeout(1_000),
    )
    expect(late).toEqual({ status: 'voided' })
    expect(await ledgerOf(orderId)).toMatchObject({ captures: 0 })
    expect(await deliver(queue, [again(sent)])).toEqual([VOID])
  })
})

it('a compensation of the pivot does not exist: it waits for newer code (I2)', async () => {
  const { queue } = openTill()
  const sent = { ...charge(newOrderId(), 'tok_visa'), direction: 'compensation' }
  expect(await deliver(queue, [sent])).toEqual([{ replies: [], acked: false, retriedAfterS: 30 }])
})

/** A till whose first call never leaves. */
function openKilledOnce() {
  let isFirst = true
  return openTill((sandbox) => ({
    charge: async (request, signal) => {
      if (!isFirst) return sandbox.charge(request, signal)
      isFirst = false
      throw new Error('killed')
    },
  }))
}

describe('a charge that was asked for long ago (W3)', () => {
  const HOLD_MS = 3_000
  const asked = (orderId: OrderId) => ({ ...charge(orderId, 'tok_visa'), holdMs: HOLD_MS })

  it('is not carried out, and its saga can still make it impossible', async () => {
    const { queue, clock } = openTill()
    const orderId = newOrderId()
    const sentAtMs = clock.nowMs - HOLD_MS - CHARGE_LATE_MS_MAX - 1
    expect(await deliver(queue, [asked(orderId)], 1, sentAtMs)).toEqual([
      { ...DONE, replies: ['transient: too-late'] },
    ])
    expect(await ledgerOf(orderId)).toMatchObject({ captures: 0 })
    expect(await deliver(queue, [charge(orderId, 'tok_visa', 'resolve')])).toEqual([VOID])
    expect(await deliver(queue, [asked(orderId)])).toEqual([VOID])
    expect(await ledgerOf(orderId)).toMatchObject({ captures: 0 })
  })

  it('is carried out as long as a queue under load may take', async () => {
    const { queue, clock } = openTill()
    const orderId = newOrderId()
    const sentAtMs = clock.nowMs - HOLD_MS - CHARGE_LATE_MS_MAX
    expect(await deliver(queue, [asked(orderId)], 1, sentAtMs)).toEqual([DONE])
  })

  it('and was carried out then, is still found by resolving it, however late', async () => {
    const { queue, clock } = openTill()
    const orderId = newOrderId()
    expect(await deliver(queue, [asked(orderId)])).toEqual([DONE])
    clock.nowMs += 3_600_000
    expect(await deliver(queue, [charge(orderId, 'tok_visa', 'resolve')], 1, 0)).toEqual([DONE])
    expect(await ledgerOf(orderId)).toMatchObject({ captures: 1 })
  })
})
