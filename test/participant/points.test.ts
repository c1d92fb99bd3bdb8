import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import points from '../../worker/domains/points/index.ts'
import { newCustomer } from './domains.ts'
import { command, newOrderId } from '../support/commands.ts'
import { type QueueHandler, deliver, outcomes } from './queue.ts'

const queue: QueueHandler = (batch) =>
  points.queue(batch, { DB: env.POINTS_DB, ORDERS: env.ORDER_RECORDERS })

const balanceOf = (customer: string) =>
  env.POINTS_DB.prepare('select available, frozen, spent from account where customer = ?1')
    .bind(customer)
    .first()

it('an account gives its last point and never one more (S2)', async () => {
  const customer = newCustomer()
  await env.POINTS_DB.prepare(
    'insert into account (customer, granted, available) values (?1, 10, 10)',
  )
    .bind(customer)
    .run()
  const freeze = (amount: number) =>
    command(newOrderId(), 'freeze-points', { customer, points: amount })
  const refused = 'rejected: not-enough-points'
  expect(await outcomes(queue, [freeze(11), freeze(7), freeze(4), freeze(3), freeze(1)])).toEqual([
    refused,
    'done',
    refused,
    'done',
    refused,
  ])
  expect(await balanceOf(customer)).toEqual({ available: 0, frozen: 10, spent: 0 })
})

it('a customer without account has no points', async () => {
  const freeze = command(newOrderId(), 'freeze-points', { customer: newCustomer(), points: 1 })
  expect(await outcomes(queue, [freeze])).toEqual(['rejected: not-enough-points'])
})

it('points are frozen, spent and given back without loss (S1)', async () => {
  const customer = newCustomer()
  await env.POINTS_DB.prepare(
    'insert into account (customer, granted, available) values (?1, 10, 10)',
  )
    .bind(customer)
    .run()
  const orderId = newOrderId()
  const states = []
  for (const step of ['freeze-points', 'deduct-points', 'give-points-back']) {
    await deliver(queue, [command(orderId, step, { customer, points: 4 })])
    states.push(await balanceOf(customer))
  }
  expect(states).toEqual([
    { available: 6, frozen: 4, spent: 0 },
    { available: 6, frozen: 0, spent: 4 },
    { available: 10, frozen: 0, spent: 0 },
  ])
})
