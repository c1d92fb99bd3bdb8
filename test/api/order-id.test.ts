import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { orderIdFor } from '../../worker/api/order-id.ts'
import { customerOfNumber } from './support/doubles.ts'

const customer = customerOfNumber(1)

it('I1: a customer and a key give one id, the first half of their SHA-256', async () => {
  // printf 'cus_00000000000000000000000000000001\nkey-1' | sha256sum
  expect(await orderIdFor(customer, 'key-1')).toBe('ord_bb5f92777610f648e7a22568d8139d40')
})

it('I1: other customers and other keys give other ids', async () => {
  const ids = await Promise.all([
    orderIdFor(customer, 'key-1'),
    orderIdFor(customer, 'key-2'),
    orderIdFor(customerOfNumber(2), 'key-1'),
  ])
  expect(new Set(ids).size).toBe(3)
})

it('I1: whatever the key, the id is an id', () =>
  fc.assert(
    fc.asyncProperty(fc.string(), async (key) => {
      expect(await orderIdFor(customer, key)).toMatch(/^ord_[0-9a-f]{32}$/)
    }),
  ))

it('the web app can import it: it needs nothing but the ids', () => {
  const { pathname } = new URL('../../worker/api/order-id.ts', import.meta.url)
  const source = readFileSync(pathname, 'utf8')
  expect([...source.matchAll(/from '(.+)'/g)].map(([, path]) => path)).toEqual([
    '../../durable-objects/core/ids.ts',
  ])
})
