import { env } from 'cloudflare:workers'
import { afterEach, expect, it } from 'vitest'
import type { OrderId } from '../../durable-objects/core/ids.ts'
import { chargeKeyOf } from '../../worker/domains/payments/rules.ts'
import { again, newOrderId } from '../support/commands.ts'
import { deliver, outcomes } from './queue.ts'
import { charge, ledgerOf, openTill, refund, assertLawful } from './till.ts'
import { laws } from '../../worker/domains/payments/laws.ts'
import { violationsOf } from '../../worker/domains/laws.ts'

afterEach(assertLawful)

it('a charge is refunded once, however often the command comes', async () => {
  const { queue } = openTill()
  const orderId = newOrderId()
  await deliver(queue, [charge(orderId, 'tok_visa')])
  const sent = refund(orderId)
  const copies = Array.from({ length: 3 }, () => again(sent))
  await Promise.all([deliver(queue, copies), deliver(queue, [again(sent)])])
  expect(await outcomes(queue, [again(sent)])).toEqual(['done'])
  expect(await ledgerOf(orderId)).toEqual({ rows: 1, captures: 1, refunded: 4_200 })
})

it('a refund of nothing is rejected and leaves no row, so a later try succeeds (B6)', async () => {
  const { queue } = openTill()
  const orderId = newOrderId()
  expect(await outcomes(queue, [refund(orderId)])).toEqual(['rejected: nothing-to-refund'])
  expect(await rowsOf(orderId)).toBe(0)
  await deliver(queue, [charge(orderId, 'tok_visa')])
  expect(await outcomes(queue, [refund(orderId)])).toEqual(['done'])
})

it('a charge is refunded also where the clock is behind that of who made it', async () => {
  const { queue, clock } = openTill()
  const orderId = newOrderId()
  expect(await outcomes(queue, [charge(orderId, 'tok_visa')])).toEqual(['done'])
  clock.nowMs -= 10_000
  expect(await outcomes(queue, [refund(orderId)])).toEqual(['done'])
  expect(await ledgerOf(orderId)).toEqual({ rows: 1, captures: 1, refunded: 4_200 })
})

it('a refund whose answer was lost is made once (Z3)', async () => {
  let isFirst = true
  const { queue } = openTill((sandbox) => ({
    refund: async (request, signal) => {
      const state = await sandbox.refund(request, signal)
      if (!isFirst) return state
      isFirst = false
      throw new Error('the answer was lost')
    },
  }))
  const orderId = newOrderId()
  await deliver(queue, [charge(orderId, 'tok_visa')])
  const [first] = await deliver(queue, [refund(orderId)])
  expect(first).toEqual({
    replies: ['transient: payment-pending'],
    acked: false,
    retriedAfterS: 1,
  })
  expect(await outcomes(queue, [refund(orderId)])).toEqual(['done'])
  expect(await ledgerOf(orderId)).toMatchObject({ refunded: 4_200 })
})

it('refunds of a charge come to no more than was captured, all together', async () => {
  const { queue, sandbox } = openTill()
  const orderId = newOrderId()
  await deliver(queue, [charge(orderId, 'tok_visa')])
  const { signal } = new AbortController()
  const refundOf = (amount: number, key: string) => {
    const request = { key: `${orderId}/${key}`, chargeKey: chargeKeyOf(orderId) }
    return sandbox.refund({ ...request, amount: { amount, currency: 'USD' } }, signal)
  }
  expect(await refundOf(4_000, 'most')).toMatchObject({ status: 'refunded' })
  expect(await refundOf(201, 'too-much')).toEqual({ status: 'refused', code: 'nothing-to-refund' })
  expect(await refundOf(200, 'the-rest')).toMatchObject({ status: 'refunded' })
  expect(await ledgerOf(orderId)).toMatchObject({ refunded: 4_200 })
})

it('a refund in another currency is refused, and a row that tells of one breaks a law', async () => {
  const { queue, sandbox } = openTill()
  const orderId = newOrderId()
  await deliver(queue, [charge(orderId, 'tok_visa')])
  const inYen = { amount: 4_200, currency: 'JPY' }
  const request = { key: `${orderId}/yen`, chargeKey: chargeKeyOf(orderId), amount: inYen }
  expect(await sandbox.refund(request, new AbortController().signal)).toMatchObject({
    status: 'refused',
  })

  await env.PAYMENTS_DB.prepare(
    "insert into refund (saga_id, order_id, amount, currency, status) values (?1, ?1, 1, 'JPY', 'refunded')",
  )
    .bind(orderId)
    .run()
  const broken = await violationsOf(env.PAYMENTS_DB, 'payments', laws)
  await env.PAYMENTS_DB.prepare('delete from refund where saga_id = ?').bind(orderId).run()
  expect(broken).toContainEqual(
    expect.objectContaining({ subject: orderId, detail: '1 JPY refunded of 0' }),
  )
})

const rowsOf = (orderId: OrderId) =>
  env.PAYMENTS_DB.prepare(
    `select (select count(*) from operation where order_id = ?1)
       + (select count(*) from refund where order_id = ?1) as n`,
  )
    .bind(orderId)
    .first<number>('n')
