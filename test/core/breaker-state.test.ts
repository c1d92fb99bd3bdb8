import { expect, it } from 'vitest'
import { BreakersInMemory } from '../support/breakers.ts'

it("an operator's word outlasts a version whose settings this one does not know", () => {
  const breakers = new BreakersInMemory()
  const change = { force: 'open', by: 'Ann', reason: 'the provider moves' } as const
  breakers.of('payments').change({ ...change, settings: { windowMs: 5_000 } })
  breakers.stored.set('payments', {
    ...Object(breakers.stored.get('payments')),
    settings: { windowMs: 5_000, patience: 3 },
  })
  breakers.evict()
  expect(breakers.of('payments').inspect()).toMatchObject({
    force: 'open',
    settings: { windowMs: 5_000 },
    changed: { by: 'Ann' },
  })
})
