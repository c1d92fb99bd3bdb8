/** E11: what becomes of a step whose domain's breaker is open. */
import { describe, expect, it } from 'vitest'
import { type InputsByStep, defineSaga } from '../../durable-objects/core/definition.ts'
import { evolve } from '../../durable-objects/core/evolve.ts'
import { holdMs } from '../../durable-objects/core/retry-policy.ts'
import { type Basket, SAGA_ID, SagaUnderTest, foldOf, names, trip } from './harness.ts'

const MINUTE_MS = 60_000

function open(saga: SagaUnderTest, domain: string, openForMs: number): void {
  saga.open.set(domain, openForMs)
}
const close = (saga: SagaUnderTest): void => saga.open.clear()

/** Placed, the pivot's turn, and the breaker of the cards is open. */
function beforePay(openForMs = 400): SagaUnderTest {
  const saga = SagaUnderTest.placed()
  open(saga, 'card', openForMs)
  return saga.upToPivot()
}

describe('before the pivot', () => {
  it('a step is held until the breaker is half-open, and then goes on as its first attempt', () => {
    const saga = beforePay(400)
    expect(saga.statusOf('pay')).toBe('waiting')
    expect(saga.lastSent('pay', 'action')).toBeUndefined()
    expect(saga.dueAtMs).toBe(saga.nowMs + holdMs(400, 0, saga.jitter))
    close(saga)
    expect(saga.elapse()).toMatchObject([{ step: 'pay', mode: 'execute', attempt: 1 }])
    expect(saga.state?.steps.get('pay')).not.toHaveProperty('held')
  })

  it('the other steps go on meanwhile', () => {
    const saga = new SagaUnderTest()
    open(saga, 'air', 400)
    expect(names(saga.place())).toEqual(['hotel', 'coupon'])
    close(saga)
    expect(names(saga.elapse())).toEqual(['flight'])
  })

  it('a reply that comes while a step is held does not send it, nor write it down again', () => {
    const saga = new SagaUnderTest()
    open(saga, 'air', 400)
    saga.place()
    saga.reply('hotel', 'done')
    expect(saga.eventsOf('step-held')).toHaveLength(1)
  })

  it('E1: at the deadline it is compensated; a step that was only held has nothing to give back', () => {
    const saga = beforePay(MINUTE_MS)
    const sent = saga.elapse()
    expect(saga.nowMs).toBe(1_000_000 + 2_000)
    expect(saga.eventsOf('compensation-started')).toEqual([
      { type: 'compensation-started', code: 'domain-unavailable', step: 'pay' },
    ])
    expect(names(sent).toSorted()).toEqual([
      'compensate coupon',
      'compensate hotel',
      'compensate transfer',
    ])
    for (const step of ['coupon', 'hotel', 'transfer', 'flight']) saga.compensated(step)
    expect(saga.status).toBe('compensated')
    expect(saga.lastSent('pay', 'action')).toBeUndefined()
  })

  it('E1: one that was sent before is compensated, held or not', () => {
    const saga = SagaUnderTest.placed({ coupon: false })
    open(saga, 'air', MINUTE_MS)
    saga.reply('flight', 'transient')
    saga.reply('hotel', 'done')
    saga.elapse()
    expect(saga.state?.steps.get('flight')).toMatchObject({
      status: 'started',
      attempt: 1,
      awaiting: 'retry',
    })
    close(saga)
    expect(names(saga.elapse())).toContain('compensate flight')
  })

  it('a saga whose pivot is held can be cancelled', () => {
    const saga = beforePay(MINUTE_MS)
    saga.input({ type: 'cancel' })
    expect(saga.state?.phase).toBe('compensating')
  })

  it('is not held twice at one instant: the wait has a least length, and grows', () => {
    const saga = beforePay(1)
    let looks = 0
    while (saga.state?.phase === 'running') {
      saga.elapse()
      looks += 1
    }
    expect(looks).toBeLessThan(10)
  })
})

describe('the pivot', () => {
  it('E4: one that is resolved is asked although the breaker is open, by its own schedule', () => {
    const saga = SagaUnderTest.placed().upToPivot()
    open(saga, 'card', MINUTE_MS)
    saga.elapse()
    expect(saga.state?.steps.get('pay')).toMatchObject({ status: 'started', awaiting: 'retry' })
    const resolving = saga.elapse()
    expect(resolving).toMatchObject([{ step: 'pay', mode: 'resolve', attempt: 2 }])
    expect(saga.elapse()).toMatchObject([{ step: 'pay', mode: 'resolve', attempt: 3 }])
    expect(saga.eventsOf('compensation-started')).toEqual([])
  })
})

describe('what must be done', () => {
  it('a compensation waits without spending its retries, and goes on by itself', () => {
    const saga = SagaUnderTest.placed({ coupon: false })
    saga.reply('flight', 'done')
    open(saga, 'rooms', 10_000)
    saga.input({ type: 'cancel' })
    for (const step of ['transfer', 'flight']) saga.compensated(step)
    expect(saga.state?.steps.get('hotel')).toMatchObject({ status: 'compensating', attempt: 0 })
    saga.elapseUntil(saga.nowMs + 60 * MINUTE_MS)
    expect(saga.status, 'an hour later').toBe('compensating')
    expect(saga.eventsOf('step-held').length, 'ever more seldom').toBeLessThan(80)
    close(saga)
    const closedAtMs = saga.nowMs
    const [sent] = saga.elapse()
    expect(sent).toMatchObject({ step: 'hotel', direction: 'compensation', attempt: 1 })
    expect(saga.nowMs - closedAtMs).toBeLessThanOrEqual(90_000)
    saga.compensated('hotel')
    expect(saga.status).toBe('compensated')
  })

  it('a compensation that failed before goes on counting where it was', () => {
    const saga = SagaUnderTest.placed({ coupon: false })
    saga.input({ type: 'cancel' })
    saga.reply('hotel', 'transient', { direction: 'compensation' })
    open(saga, 'rooms', 5_000)
    for (const step of ['transfer', 'flight']) if (saga.statusOf(step)) saga.compensated(step)
    saga.elapse()
    expect(saga.state?.steps.get('hotel')).toMatchObject({ status: 'compensating', attempt: 1 })
    close(saga)
    expect(saga.elapse()).toMatchObject([{ step: 'hotel', attempt: 2 }])
  })

  it('a step after the pivot waits, past every deadline', () => {
    const saga = SagaUnderTest.placed().upToPivot()
    open(saga, 'air', 10_000)
    saga.reply('pay', 'done')
    saga.elapseUntil(saga.nowMs + 10 * MINUTE_MS)
    expect(saga.statusOf('ticket')).toBe('waiting')
    expect(saga.status, 'not parked: it goes on by itself').toBe('running')
    close(saga)
    expect(names(saga.elapse())).toEqual(['ticket'])
  })

  it('a parked step stays parked, and is asked when the breaker has closed', () => {
    const saga = SagaUnderTest.placed().upToPivot()
    saga.reply('pay', 'done')
    while (saga.statusOf('ticket') !== 'parked') saga.elapse()
    open(saga, 'air', 5_000)
    expect(saga.elapse()).toEqual([])
    expect(saga.statusOf('ticket')).toBe('parked')
    close(saga)
    expect(names(saga.elapse())).toEqual(['ticket'])
  })
})

describe('an operator', () => {
  it('asks although the breaker is open: what is parked, and what is held', () => {
    const saga = SagaUnderTest.placed().upToPivot()
    open(saga, 'air', MINUTE_MS)
    saga.reply('pay', 'done')
    expect(names(saga.operator({ action: 'resume' }))).toEqual(['ticket'])
    while (saga.statusOf('ticket') !== 'parked') {
      close(saga)
      saga.elapse()
    }
    open(saga, 'air', MINUTE_MS)
    expect(names(saga.operator({ action: 'retry', step: 'ticket' }))).toEqual(['ticket'])
  })
})

describe('an optional step', () => {
  const outing = defineSaga<Basket, InputsByStep>()({
    name: 'outing',
    version: 1,
    compensatable: {
      seat: { domain: 'air', input: () => null },
      lunch: { domain: 'food', input: () => null, optional: true },
      dessert: { domain: 'food', after: ['lunch'], input: () => null, optional: true },
    },
    retriable: { postcard: { domain: 'post', input: () => null } },
  })

  const souvenir = defineSaga<Basket, InputsByStep>()({
    name: 'souvenir',
    version: 1,
    compensatable: { seat: { domain: 'air', input: () => null } },
    pivot: { name: 'pay', domain: 'card', input: () => null },
    retriable: {
      postcard: { domain: 'post', input: () => null },
      album: { domain: 'photos', after: ['postcard'], input: () => null, optional: true },
    },
  })

  it('is left out while its domain is out of order, and the order goes on without it', () => {
    const saga = new SagaUnderTest(outing)
    open(saga, 'food', MINUTE_MS)
    expect(names(saga.place())).toEqual(['seat'])
    expect(saga.statusOf('lunch')).toBe('skipped')
    expect(saga.statusOf('dessert')).toBe('skipped')
    expect(names(saga.reply('seat', 'done'))).toEqual(['postcard'])
    saga.reply('postcard', 'done')
    expect(saga.status).toBe('completed')
  })

  it('that was left out decides nothing: where no pivot comes, the others do', () => {
    const saga = new SagaUnderTest(outing)
    open(saga, 'food', MINUTE_MS)
    saga.place()
    saga.reply('seat', 'done')
    expect(saga.input({ type: 'cancel' })).toEqual([])
    expect(names(saga.elapseUntil(saga.state?.deadlineAtMs ?? 0))).not.toContain('compensate seat')
    saga.reply('postcard', 'done')
    expect(saga.status).toBe('completed')
  })

  it('that was left out is not compensated; one that has begun is', () => {
    const without = new SagaUnderTest(outing)
    open(without, 'food', MINUTE_MS)
    without.place()
    expect(names(without.input({ type: 'cancel' }))).toEqual(['compensate seat'])
    const begun = new SagaUnderTest(outing)
    begun.place()
    open(begun, 'food', MINUTE_MS)
    begun.elapse()
    expect(begun.statusOf('lunch'), 'held: it may have had its effect').toBe('started')
  })

  it('of which something may have begun before a restoration is not left out', () => {
    const saga = new SagaUnderTest(outing)
    saga.place()
    saga.reply('lunch', 'done')
    saga.restore(1)
    saga.elapse()
    open(saga, 'food', MINUTE_MS)
    saga.reply('lunch', 'done')
    expect(saga.state?.steps.get('dessert')).toMatchObject({
      status: 'waiting',
      held: { sinceMs: saga.nowMs },
    })
  })

  it.each([1, 2, 3])(
    'that the lost part may have sent after the decision is not left out (%i transitions kept)',
    (kept) => {
      const saga = new SagaUnderTest(souvenir)
      saga.place()
      saga.reply('seat', 'done')
      saga.reply('pay', 'done')
      expect(names(saga.reply('postcard', 'done'))).toEqual(['album'])
      saga.restore(kept)
      saga.elapse()
      saga.reply('seat', 'done')
      saga.reply('pay', 'done')
      open(saga, 'photos', MINUTE_MS)
      saga.reply('postcard', 'done')
      expect(saga.state?.steps.get('album')).toMatchObject({ status: 'waiting', held: {} })
      close(saga)
      expect(names(saga.elapse())).toEqual(['album'])
    },
  )

  it('what may have begun after the decision is not compensated if there was none', () => {
    const saga = new SagaUnderTest(souvenir)
    saga.place()
    saga.restore(1)
    saga.elapse()
    expect(names(saga.reply('pay', 'void'))).toEqual(['compensate seat'])
    saga.compensated('seat')
    expect(saga.status).toBe('compensated')
  })

  it('no step of the shop is: what a shopper asked for is not left out unasked', async () => {
    const { ORDER_CREATE, ORDER_RETURN } = await import('../../durable-objects/sagas/registry.ts')
    const optional = [...ORDER_CREATE.steps, ...ORDER_RETURN.steps].filter((step) => step.optional)
    expect(optional).toEqual([])
  })
})

it('R2: a step that was held when its object was lost may have begun since: it is asked again', () => {
  const saga = SagaUnderTest.placed({ coupon: false, free: true })
  open(saga, 'road', 400)
  saga.reply('flight', 'done')
  saga.restore(saga.transitions)
  open(saga, 'air', MINUTE_MS)
  saga.elapse()
  expect(saga.state?.steps.get('transfer')).toMatchObject({ status: 'started', attempt: 0 })
  close(saga)
  const dueAtMs = saga.dueAtMs ?? 0
  expect(dueAtMs, 'no alarm without end').toBeGreaterThan(saga.nowMs)
  expect(names(saga.elapse())).toContain('transfer')
})

it('what is parked as an action is compensating from the moment that its compensation is held', () => {
  const saga = SagaUnderTest.placed()
  const event = { step: 'hotel', dueAtMs: 2_000_000 }
  const held = [
    { type: 'step-parked', direction: 'action', reason: 'needs-operator', code: 'x', ...event },
    { type: 'step-held', direction: 'compensation', mode: 'execute', ...event },
  ] as const
  const state = held.reduce((folded, next) => evolve(folded, SAGA_ID, next, saga.nowMs), saga.state)
  expect(state?.steps.get('hotel')).toMatchObject({ status: 'compensating', attempt: 0 })
})

it('holds are in the journal: the fold gives the same state', () => {
  const saga = beforePay(400)
  saga.elapse()
  expect(saga.eventsOf('step-held').length).toBeGreaterThan(1)
  expect(foldOf(saga.journal)).toEqual(saga.state)
  expect(trip.steps.every((step) => !step.optional)).toBe(true)
})

describe('a command', () => {
  it('asks its breaker with the attempt that it would be, so that repeats can be held', () => {
    const saga = SagaUnderTest.placed({ coupon: false })
    saga.asked.length = 0
    saga.nowMs = saga.dueAtMs ?? 0
    saga.input({ type: 'timer' })
    expect(saga.asked).toEqual([
      { domain: 'air', attempt: 2 },
      { domain: 'rooms', attempt: 2 },
    ])
  })

  it('L2: is waited for as long as its domain takes, and says so', () => {
    const saga = new SagaUnderTest()
    saga.slowness.set('air', 3)
    const commands = saga.place({ coupon: false })
    expect(commands.map(({ step, budgetMs }) => [step, budgetMs])).toEqual([
      ['flight', 3_000],
      ['hotel', 1_000],
    ])
    saga.reply('hotel', 'done')
    saga.nowMs += 1_500
    expect(saga.input({ type: 'timer' }), 'nothing is overdue').toEqual([])
  })
})
