/** A step as the order's page lists it. */
import { afterEach, expect, it } from 'vitest'
import OrderStep from '../../web/src/components/order-step.vue'
import type { StepView } from '../../worker/api/contract.ts'
import { showOnPage } from './support/on-page.ts'

const done = (endedAt: string): StepView => ({
  name: 'reserve-stock',
  domain: 'inventory',
  kind: 'compensatable',
  status: 'succeeded',
  attempt: 1,
  startedAt: '2026-11-30T10:00:01.000Z',
  endedAt,
})

let takeAway = () => {}
afterEach(() => takeAway())

function show(step: StepView): string {
  takeAway = showOnPage(OrderStep, { step, isLast: true })
  return document.body.textContent
}

it('says how long it took', () => {
  expect(show(done('2026-11-30T10:00:01.300Z'))).toContain('Done in 0.3 sec')
})

it('says nothing of it where the clock was set back meanwhile', () => {
  const text = show(done('2026-11-30T10:00:00.700Z'))
  expect(text).not.toContain('0.3')
  expect(text).toContain('Done')
})
