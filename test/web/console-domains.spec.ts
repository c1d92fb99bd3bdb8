/** What the console says of a domain. */
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { BREAKER_SETTINGS } from '../../durable-objects/core/breaker.ts'
import { NO_LOAD } from '../../durable-objects/core/load.ts'
import DomainCard from '../../web/src/console/components/domain-card.vue'
import type { Breaker } from '../../worker/api/ops/contract.ts'
import { showOnPage } from './support/on-page.ts'

const breaker: Breaker = {
  domain: 'payments',
  state: 'closed',
  openForMs: 0,
  force: 'auto',
  settings: BREAKER_SETTINGS,
  failedInARow: 0,
  requests: 7,
  load: NO_LOAD,
  changed: null,
  etag: '"0"',
}

let leave: (() => void) | undefined
beforeEach(() => setActivePinia(createPinia()))
afterEach(() => leave?.())
function said(load: Partial<Breaker['load']>): string {
  leave = showOnPage(DomainCard, { breaker: { ...breaker, load: { ...NO_LOAD, ...load } } })
  return document.body.textContent ?? ''
}

it('nothing is said of one that can take what comes', () => {
  expect(said({ backlog: 5_000 })).not.toMatch(/not taken in|are held/)
})

it('that orders are refused for it, though its breaker is closed', () => {
  expect(said({ backlog: 5_001, isFull: true })).toContain('Orders that need it are not taken in')
})

it('that repeats are held', () => {
  expect(said({ isOverBudget: true })).toContain('are held')
})
