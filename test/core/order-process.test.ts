import { setImmediate } from 'node:timers/promises'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Reply } from '../../durable-objects/core/messages.ts'
import { OrderProcess } from '../../durable-objects/order-process.ts'
import { ORDER_CREATE, definitionOf } from '../../durable-objects/sagas/registry.ts'
import { GOLDEN_ORDER_ID, goldenPlacing } from './golden-run.ts'
import { Surroundings } from './surroundings.ts'

let around: Surroundings
const started = () => {
  const order = new OrderProcess(around, definitionOf)
  order.start(ORDER_CREATE, GOLDEN_ORDER_ID, goldenPlacing, [
    { type: 'order-placed', order: goldenPlacing.order, bodyHash: 'hash' },
  ])
  return order
}
const reply = (step: string, outcome: Reply['outcome'] = 'done') => ({
  type: 'reply-received' as const,
  reply: {
    v: 1 as const,
    orderId: GOLDEN_ORDER_ID,
    sagaId: goldenPlacing.sagaId,
    step,
    direction: 'action' as const,
    attempt: 1,
    outcome,
  },
})
/** An object that nothing is asked of is taken from memory. */
const SLEEPS_AFTER_MS = 10_000
const HOLDS = ['reserve-stock', 'redeem-coupon', 'freeze-points', 'reserve-delivery']
const FINISHERS = ['commit-stock', 'commit-coupon', 'deduct-points', 'book-delivery']

beforeEach(() => {
  around = new Surroundings()
  vi.spyOn(console, 'warn').mockReturnValue()
})

describe("an order's process", () => {
  it('P2: commands that the queues refused are sent by the alarm, with the next attempt', async () => {
    around.queuesAreDown = true
    const order = started()
    expect(around.rows).toHaveLength(1)
    expect(around.sent).toEqual([])
    around.queuesAreDown = false
    around.now = around.alarms.at(-1) ?? 0
    await order.wake()
    expect(around.sent.map(({ step, attempt }) => `${step} ${attempt}`).toSorted()).toEqual(
      HOLDS.map((step) => `${step} 2`).toSorted(),
    )
    expect(around.shipped).toBe(2)
  })

  it('P1: what could not be written did not happen: the state stays, and nothing is sent', () => {
    const order = started()
    const before = order.order
    around.diskIsFull = true
    const sent = around.sent.length
    expect(() => order.handle(goldenPlacing.sagaId, reply('reserve-stock', 'rejected'))).toThrow(
      'disk full',
    )
    expect(order.order).toBe(before)
    expect(around.sent).toHaveLength(sent)
    around.diskIsFull = false
    order.handle(goldenPlacing.sagaId, reply('reserve-stock', 'rejected'))
    expect(around.rows).toHaveLength(2)
  })

  it('one that wakes from the journal goes on exactly where the other stopped', () => {
    const first = started()
    first.handle(goldenPlacing.sagaId, reply('reserve-stock'))
    const second = new OrderProcess(around, definitionOf)
    expect(second.order).toEqual(first.order)
    for (const step of HOLDS) second.handle(goldenPlacing.sagaId, reply(step))
    expect(around.sent.at(-1)?.step).toBe('charge-card')
  })

  it('P3: the alarm is set once for a whole order, since each setting is a write', async () => {
    const order = started()
    for (const step of [...HOLDS, 'charge-card', ...FINISHERS]) {
      around.now += 20
      order.handle(goldenPlacing.sagaId, reply(step))
    }
    expect(around.alarms).toHaveLength(1)
    around.now = around.alarms[0] ?? 0
    await order.wake()
    expect(around.alarms).toHaveLength(1)
    expect(around.shipped).toBe(10)
  })

  it('P3: as long as D1 lacks something, an ended order comes back, ever more seldom', async () => {
    around.sagaLog.isAtRest = async () => false
    const order = started()
    for (const step of [...HOLDS, 'charge-card', ...FINISHERS]) {
      order.handle(goldenPlacing.sagaId, reply(step))
    }
    for (let round = 0; round < 12; round += 1) {
      around.now = around.alarms.at(-1) ?? 0
      await order.wake()
    }
    const waits = around.alarms.map((atMs, index) => atMs - (around.alarms[index - 1] ?? 1_000_000))
    expect(waits.slice(1, 5)).toEqual([2_000, 4_000, 8_000, 16_000])
    expect(waits.at(-1)).toBe(60_000)
  })

  it('P3: so does one that the platform puts to sleep in between', async () => {
    const order = started()
    for (const step of [...HOLDS, 'charge-card', ...FINISHERS]) {
      order.handle(goldenPlacing.sagaId, reply(step))
    }
    const endedAtMs = around.now
    around.sagaLog.isAtRest = async () => false
    let process = order
    const compared = vi.spyOn(around.sagaLog, 'isAtRest')
    while (around.now < endedAtMs + 24 * 3_600_000) {
      const alarmAtMs = around.alarms.at(-1) ?? 0
      if (alarmAtMs - around.now >= SLEEPS_AFTER_MS)
        process = new OrderProcess(around, definitionOf)
      around.now = alarmAtMs
      await process.wake()
    }
    expect(compared.mock.calls.length).toBeLessThan(150)
  })

  it('P3: as long as the queue of the log refuses, it comes back ever more seldom, too', async () => {
    const order = started()
    around.queuesAreDown = true
    for (const step of [...HOLDS, 'charge-card', ...FINISHERS]) {
      order.handle(goldenPlacing.sagaId, reply(step))
    }
    const from = around.alarms.length
    for (let round = 0; round < 8; round += 1) {
      around.now = around.alarms.at(-1) ?? 0
      await order.wake()
    }
    const waits = around.alarms.map((atMs, index) => atMs - (around.alarms[index - 1] ?? 0))
    expect(waits.slice(from, from + 4)).toEqual([2_000, 4_000, 8_000, 16_000])
    expect(waits.at(-1)).toBe(60_000)
  })

  it('P8: a log that does not answer is waited for, and not for long', async () => {
    around.sagaLog.ship = () => new Promise(() => {})
    const order = started()
    around.now = around.alarms.at(-1) ?? 0
    const woken = order.wake().then(() => 'woken')
    expect(await Promise.race([woken, setImmediate('waiting')])).toBe('waiting')
    for (const timer of around.timers) timer()
    expect(await woken).toBe('woken')
    expect(around.alarms.at(-1)).toBeGreaterThan(around.now)
  })

  it('a poke compares with D1 also when it was found complete, since D1 may have lost it', async () => {
    const order = started()
    for (const step of [...HOLDS, 'charge-card', ...FINISHERS]) {
      order.handle(goldenPlacing.sagaId, reply(step))
    }
    await order.wake()
    const compared = vi.spyOn(around.sagaLog, 'isAtRest')
    await order.wake()
    expect(compared).not.toHaveBeenCalled()
    await order.poke()
    expect(compared).toHaveBeenCalledOnce()
  })

  it('P3: an alarm that comes early is set again for the step that is due next', async () => {
    const order = started()
    await order.wake()
    expect(around.rows).toHaveLength(1)
    expect(around.alarms).toEqual([around.now + 1_000, around.now + 1_000])
  })

  it('P6: an alarm that never came is made up for by who looks at the order', async () => {
    started()
    const order = new OrderProcess(around, definitionOf)
    around.now += 5_000
    order.nudge()
    expect(around.rows).toHaveLength(1)
    around.now += 5_000
    order.nudge()
    expect(around.rows).toHaveLength(2)
    expect(order.order?.sagas.get(goldenPlacing.sagaId)?.phase).toBe('compensating')
  })

  it('J3: an event of a newer version parks the saga: nothing is decided, nothing is lost', async () => {
    started()
    around.addNewerEvent()
    const order = new OrderProcess(around, definitionOf)
    const sent = around.sent.length
    order.handle(goldenPlacing.sagaId, reply('reserve-stock'))
    await order.wake()
    expect(around.rows).toHaveLength(2)
    expect(around.sent).toHaveLength(sent)
    expect(order.order?.sagas.get(goldenPlacing.sagaId)?.unreadable).toBe('step-teleported')
  })

  it('P7: D1 hears nothing of an order that this code cannot read, until newer code tells it', async () => {
    started()
    around.addNewerEvent()
    const older = new OrderProcess(around, definitionOf)
    await older.wake()
    expect(around.shipped).toBe(1)
    expect(around.alarms.at(-1)).toBeLessThanOrEqual(around.now + 60_000)
    around.rows.pop()
    const newer = new OrderProcess(around, definitionOf)
    newer.handle(goldenPlacing.sagaId, { type: 'cancel' })
    await newer.wake()
    expect(around.shipped).toBe(2)
  })

  it('a definition that this code does not have is left alone until newer code has it', async () => {
    started()
    const order = new OrderProcess(around, () => undefined)
    order.handle(goldenPlacing.sagaId, reply('reserve-stock'))
    around.now += 60_000
    await order.wake()
    expect(around.rows).toHaveLength(1)
    expect(around.alarms.at(-1), 'P7: it comes back').toBe(around.now + 60_000)
  })

  it('an input for an order that was never placed is ignored', async () => {
    const order = new OrderProcess(around, definitionOf)
    order.handle(goldenPlacing.sagaId, reply('reserve-stock'))
    await order.wake()
    expect(around.rows).toEqual([])
    expect(around.alarms).toEqual([])
  })
})
