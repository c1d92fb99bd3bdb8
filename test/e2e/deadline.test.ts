import { expect, inject, it } from 'vitest'
import { openCustomer } from '../../scripts/client/customer.ts'
import { operatorOf } from '../../scripts/client/operator.ts'
import { orderOf } from '../support/orders.ts'
import { PATIENT } from '../support/shop-for-tests.ts'

it('EDGE_SAGA_DEADLINE_MS: sagas get that long', async () => {
  const { url, operatorToken } = inject('shop')
  const placed = await (await openCustomer(url)).place(orderOf())
  if (placed.kind === 'refused') throw new Error(placed.code)
  const { transitions } = await operatorOf(url, operatorToken).saga(placed.order.id)
  const [first] = transitions
  const deadlineAtMs = first?.events.map((event) => event.deadlineAtMs).find(Number.isInteger)
  const givenMs = Number(deadlineAtMs) - (first?.atMs ?? 0)
  expect(Math.round(givenMs / 1000) * 1000).toBe(Number(PATIENT.EDGE_SAGA_DEADLINE_MS))
})
