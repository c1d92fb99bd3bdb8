import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, inject, it } from 'vitest'
import type { Direction } from '../../durable-objects/core/messages.ts'
import { storeFaults } from '../../worker/domains/faults.ts'
import { NO_FAULTS } from '../../worker/domains/reads.ts'
import { holdDomains, violations } from './domains.ts'
import { again, newOrderId } from '../support/commands.ts'
import { deliver, outcomes } from './queue.ts'
import { charge, ledgerOf, openTill } from './till.ts'

afterEach(() =>
  Promise.all(
    [...holdDomains.map(({ db }) => db), env.PAYMENTS_DB].map((db) => storeFaults(db, NO_FAULTS)),
  ),
)

describe.each(holdDomains)('$name', (domain) => {
  it('a transient fault leaves the database alone, so a repeat succeeds', async () => {
    const store = await domain.open(2)
    const hold = store.hold(newOrderId())
    await storeFaults(domain.db, { ...NO_FAULTS, transientRate: 1 })
    expect(await outcomes(domain.queue, [hold])).toEqual(['transient: fault-injected'])
    await storeFaults(domain.db, NO_FAULTS)
    expect(await outcomes(domain.queue, [again(hold)])).toEqual(['done'])
  })

  it('an injected rejection is stored like any other; a retriable step is spared (B6)', async () => {
    const store = await domain.open(2)
    const [held, refused] = [newOrderId(), newOrderId()]
    await outcomes(domain.queue, [store.hold(held)])
    await storeFaults(domain.db, { ...NO_FAULTS, rejectRate: 1 })
    const hold = store.hold(refused)
    expect(await outcomes(domain.queue, [hold, store.commit(held)])).toEqual([
      'rejected: fault-injected',
      'done',
    ])
    await storeFaults(domain.db, NO_FAULTS)
    expect(await outcomes(domain.queue, [again(hold)])).toEqual(['rejected: fault-injected'])
  })

  it('a compensation is refused only where compensations are meant, and a repeat succeeds (B6)', async () => {
    const store = await domain.open(2)
    const [one, other, never] = [newOrderId(), newOrderId(), newOrderId()]
    await outcomes(domain.queue, [store.hold(one), store.hold(other)])
    await storeFaults(domain.db, { ...NO_FAULTS, rejectRate: 1 })
    expect(await outcomes(domain.queue, [store.release(one)])).toEqual(['done'])
    const only = { direction: 'compensation' } as const
    await storeFaults(domain.db, { ...NO_FAULTS, rejectRate: 1, only })
    const release = store.release(other)
    expect(await outcomes(domain.queue, [release, store.release(never)])).toEqual([
      'rejected: fault-injected',
      'done',
    ])
    expect(await store.freeUnits()).toBe(1)
    await storeFaults(domain.db, NO_FAULTS)
    expect(await outcomes(domain.queue, [again(release)])).toEqual(['done'])
    expect(await store.freeUnits()).toBe(2)
  })

  it('a dropped reply: the effect is there, the message is done with', async () => {
    const store = await domain.open(2)
    await storeFaults(domain.db, { ...NO_FAULTS, dropReplyRate: 1 })
    const [fate] = await deliver(domain.queue, [store.hold(newOrderId())])
    expect(fate).toEqual({ replies: [], acked: true, retriedAfterS: undefined })
    expect(await store.freeUnits()).toBe(1)
  })

  it('a domain that stands still goes on when it is told to (F3)', async () => {
    const store = await domain.open(2)
    await storeFaults(domain.db, { ...NO_FAULTS, latencyMs: 3_600_000 })
    const standing = outcomes(domain.queue, [store.hold(newOrderId())])
    await storeFaults(domain.db, NO_FAULTS)
    expect(await standing).toEqual(['done'])
  })

  it('a doubled command is done once and answered twice (F2)', async () => {
    const store = await domain.open(2)
    await storeFaults(domain.db, { ...NO_FAULTS, duplicateRate: 1 })
    const [fate] = await deliver(domain.queue, [store.hold(newOrderId())])
    expect(fate?.replies).toEqual(['done', 'done'])
    expect(await store.freeUnits()).toBe(1)
    expect(await violations(domain)).toEqual([])
  })

  it.each<[string, Direction, string]>([
    ['compensation', 'compensation', 'done'],
    ['action', 'action', 'transient: fault-injected'],
  ])('faults of %ss alone concern no other', async (_what, direction, outcome) => {
    const store = await domain.open(2)
    await storeFaults(domain.db, { ...NO_FAULTS, transientRate: 1, only: { direction } })
    expect(await outcomes(domain.queue, [store.hold(newOrderId())])).toEqual([outcome])
  })
})

it('payments: an injected rejection is stored, and the provider never hears of it', async () => {
  const { queue } = openTill()
  const orderId = newOrderId()
  await storeFaults(env.PAYMENTS_DB, { ...NO_FAULTS, rejectRate: 1 })
  expect(await outcomes(queue, [charge(orderId, 'tok_visa')])).toEqual(['rejected: fault-injected'])
  await storeFaults(env.PAYMENTS_DB, NO_FAULTS)
  expect(await outcomes(queue, [charge(orderId, 'tok_visa')])).toEqual(['rejected: fault-injected'])
  expect(await ledgerOf(orderId)).toEqual({ rows: 0, captures: 0, refunded: 0 })
})

it.each(Object.entries(inject('productionBundles')))(
  '%s: the production bundle has no fault injection (F1)',
  (_domain, text) => {
    expect(text).toContain('claimed_by')
    expect(text).not.toMatch(/fault-injected|from fault|into fault/)
  },
)
