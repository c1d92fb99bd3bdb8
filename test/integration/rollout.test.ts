/** A new version of the saga beside the one before: real objects, real orders, real time. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { versionFor } from '../../durable-objects/core/rollout.ts'
import type { Rest, RolloutRpc } from '../../durable-objects/rollout-rpc.ts'
import { orderCreateV2 } from '../../durable-objects/sagas/order-create.ts'
import type { OrderView } from '../../worker/api/contract.ts'
import { sagaListSchema } from '../../worker/api/ops/contract.ts'
import { type RolloutView, rolloutSchema } from '../../worker/api/ops/rollout-contract.ts'
import { NO_FAULTS } from '../../worker/domains/reads.ts'
import { Customer, asOperator, audit, eventually, goodOrder, objectOf } from './shop.ts'

const operator = { by: 'Ann', reason: 'a test' }

const rolloutOf = async (response: Promise<Response>): Promise<RolloutView> =>
  rolloutSchema.parse(await (await response).json())
const read = () => rolloutOf(asOperator('/api/ops/rollout'))
const put = (json: object) =>
  rolloutOf(
    asOperator('/api/ops/rollout', {
      method: 'PUT',
      body: JSON.stringify({ ...json, ...operator }),
    }),
  )

const versionOf = async ({ id }: OrderView): Promise<number | undefined> =>
  (await objectOf(id).inspect())?.sagas[0]?.version

/** Orders until one has begun on `version`: what an operator says is known everywhere within a second. */
async function orderOn(version: number, customer: Customer, wish = goodOrder): Promise<OrderView> {
  const { order } = await eventually(
    async () => {
      const placed = await customer.order(wish)
      return { order: placed, version: await versionOf(placed) }
    },
    (begun) => begun.version === version,
  )
  return order
}

/** Customers whose orders begin on `version` while the candidate has half of them. */
async function buyersOn(version: number, count: number): Promise<Customer[]> {
  const buyers: Customer[] = []
  while (buyers.length < count) {
    const buyer = await Customer.arrive()
    if (versionFor({ stable: 1, candidate: 2, percent: 50 }, buyer.id) === version) {
      buyers.push(buyer)
    }
  }
  return buyers
}

afterEach(async () => {
  await env.LOGISTICS.setFaults(NO_FAULTS)
  await put({ stable: 1 })
})

it('settings that a change leaves out are as configured, whatever was set for the one before', async () => {
  await put({
    stable: 1,
    candidate: 2,
    automatic: true,
    settings: { ordersMin: 5, stepMs: 10_000 },
  })
  const { settings } = await put({ stable: 1, candidate: 2, automatic: true })
  expect(settings).toEqual(env.ROLLOUT)
})

describe('orders', () => {
  it('of two versions run side by side, and each ends on the one that it began on', async () => {
    const customer = await Customer.arrive()
    await put({ stable: 1 })
    const before = await orderOn(1, customer)
    await put({ stable: 1, candidate: 2, percent: 100 })
    const after = await orderOn(2, customer, { ...goodOrder, points: 10 })
    for (const order of [before, after]) {
      expect((await customer.settled(order.id)).status).toBe('confirmed')
    }
    expect(await versionOf(before)).toBe(1)
    const { transitions = [] } = (await objectOf(after.id).inspect()) ?? {}
    const [first] = transitions.flatMap(({ events }) =>
      events.filter(({ type }) => type === 'command-sent'),
    )
    expect(first).toMatchObject({ step: 'reserve-stock' })
    const listed = await eventually(
      async () => {
        const { sagas } = sagaListSchema.parse(await (await asOperator('/api/ops/sagas')).json())
        return sagas.find(({ orderId }) => orderId === after.id)
      },
      // The list is read from D1, which hears of it by queue.
      (found) => found !== undefined,
    )
    expect(listed?.version).toBe(2)
    expect((await audit()).violations).toEqual([])
  })

  it('that the candidate cannot even begin, begin on the stable version, and it is taken back', async () => {
    const [step] = orderCreateV2.steps
    if (!step) throw new Error('version 2 has no steps')
    const broken = vi.spyOn(step, 'input').mockImplementation(() => {
      throw new Error('version 2 has a bug')
    })
    const customer = await Customer.arrive()
    await put({ stable: 1, candidate: 2, percent: 100 })
    const rollout = await eventually(
      async () => {
        const order = await customer.order(goodOrder)
        expect(await versionOf(order)).toBe(1)
        expect((await customer.settled(order.id)).status).toBe('confirmed')
        return read()
      },
      ({ percent }) => percent === 0,
    )
    expect(rollout.changes[0]).toMatchObject({
      by: 'canary',
      reason: 'an order could not begin on version 2: version 2 has a bug',
    })
    broken.mockRestore()
  })

  it('that fail on the candidate only take it back at once, and the next ones begin on the stable version', async () => {
    const customer = await Customer.arrive()
    // Refused at a domain, as by a version that asks for the wrong thing.
    const only = { version: 2, step: 'reserve-delivery' }
    await env.LOGISTICS.setFaults({ ...NO_FAULTS, rejectRate: 1, only })
    const settings = { ordersMin: 5 }
    await put({ stable: 1, candidate: 2, percent: 50, automatic: true, settings })
    const buyers = [...(await buyersOn(1, 4)), ...(await buyersOn(2, 4))]
    await eventually(
      async () => {
        await Promise.all(
          buyers.map(async (buyer) => buyer.settled((await buyer.order(goodOrder)).id)),
        )
        return read()
      },
      ({ percent }) => percent === 0,
    )
    const rollout = await read()
    expect(rollout).toMatchObject({ stable: 1, candidate: 2, percent: 0, automatic: false })
    expect(rollout.changes[0]).toMatchObject({ by: 'canary', percent: 0 })
    expect(rollout.changes[0]?.reason).toMatch(/orders came to nothing, where .* % may$/)
    for (const buyer of [customer, ...buyers]) {
      const order = await orderOn(1, buyer)
      expect((await buyer.settled(order.id)).status).toBe('confirmed')
    }
    expect((await audit()).violations).toEqual([])
  })
})

const rests = (version: number, count: number, change: Partial<Rest> = {}): Rest[] =>
  Array.from({ length: count }, () => ({
    sagaId: crypto.randomUUID(),
    version,
    ending: 'completed',
    startedAtMs: Date.now() + 1_000,
    tookMs: 100,
    ...change,
  }))
/** While the candidate has 5 %. */
const someOfBoth = (change?: Partial<Rest>) => [...rests(1, 950, change), ...rests(2, 50, change)]
const canary = {
  stable: 1,
  candidate: 2,
  percent: 0,
  isAutomatic: true,
  settings: { ordersMin: 2, stepMs: 1_000, percents: [20, 60] },
  ...operator,
}
const percentOf = async (rollout: RolloutRpc) => (await rollout.split()).percent

describe("a rollout's object", () => {
  it('moves on by its alarm alone once the time of a step is over, up to the stable version', async () => {
    const rollout = env.ROLLOUTS.getByName('climbs')
    expect(await rollout.change(canary)).toMatchObject({ percent: 20 })
    await rollout.observe([...rests(1, 2), ...rests(2, 2)])
    await eventually(
      () => percentOf(rollout),
      (percent) => percent === 60,
    )
    await rollout.observe([...rests(1, 2), ...rests(2, 2)])
    await eventually(
      () => rollout.split(),
      ({ stable }) => stable === 2,
    )
    const { candidate, changes } = await rollout.inspect()
    expect(candidate).toBeNull()
    expect(changes.map(({ by, stable, percent }) => [by, stable, percent])).toEqual([
      ['canary', 2, 0],
      ['canary', 1, 60],
      ['Ann', 1, 20],
    ])
  })

  it('RO2: needs orders of each step: those of the step before say nothing of it', async () => {
    const rollout = env.ROLLOUTS.getByName('each-step')
    await rollout.change(canary)
    await rollout.observe([...rests(1, 2), ...rests(2, 2)])
    await eventually(
      () => percentOf(rollout),
      (percent) => percent === 60,
    )
    expect((await rollout.inspect()).verdict).toMatch(/^0 orders of the stable/)
  })

  it('RO7: counts an order once, as it came to rest first', async () => {
    const rollout = env.ROLLOUTS.getByName('once')
    await rollout.change(canary)
    const [parked] = rests(2, 1, { ending: 'failed' })
    if (!parked) throw new Error('no rest')
    await rollout.observe([parked])
    await rollout.observe([parked, { ...parked, ending: 'completed' }])
    const { figures } = await rollout.inspect()
    expect(figures.candidate).toMatchObject({ orders: 1, errorRate: 1 })
  })

  it('RO9: does not judge orders from before it began, nor of other versions', async () => {
    const rollout = env.ROLLOUTS.getByName('before')
    await rollout.change(canary)
    const old = rests(2, 5, { ending: 'failed', startedAtMs: Date.now() - 60_000 })
    await rollout.observe([...old, ...rests(3, 5, { ending: 'failed' })])
    expect((await rollout.inspect()).figures.candidate.orders).toBe(0)
  })

  it('RO3: is taken back by a single order that could not begin, and only of its candidate', async () => {
    const rollout = env.ROLLOUTS.getByName('could-not')
    await rollout.change({ ...canary, isAutomatic: false, percent: 10 })
    await rollout.couldNotBegin(1, 'another one')
    expect(await percentOf(rollout)).toBe(10)
    await rollout.couldNotBegin(2, 'it has a bug')
    const { percent, changes } = await rollout.inspect()
    expect(percent).toBe(0)
    expect(changes[0]).toMatchObject({
      by: 'canary',
      reason: 'an order could not begin on version 2: it has a bug',
    })
  })

  it('RO12: of two who have seen the same, the second changes nothing', async () => {
    const rollout = env.ROLLOUTS.getByName('two-at-once')
    const { etag: ifMatch } = await rollout.inspect()
    const both = await Promise.all([
      rollout.change({ ...canary, ifMatch }),
      rollout.change({ ...canary, ifMatch, percent: 60 }),
    ])
    expect(both.map((changed) => changed?.percent)).toEqual([20, undefined])
    expect((await rollout.inspect()).changes).toHaveLength(1)
  })

  it('RO12: a share that grows as it was to is no other decision; one that is taken back is', async () => {
    const rollout = env.ROLLOUTS.getByName('as-decided')
    const begun = await rollout.change(canary)
    await rollout.observe([...rests(1, 2), ...rests(2, 2)])
    await eventually(
      () => percentOf(rollout),
      (percent) => percent === 60,
    )
    expect((await rollout.inspect()).etag).toBe(begun?.etag)
    await rollout.couldNotBegin(2, 'it has a bug')
    expect((await rollout.inspect()).etag).not.toBe(begun?.etag)
    const held = await rollout.change({ ...canary, isAutomatic: false, percent: 10 })
    await rollout.couldNotBegin(2, 'it has a bug')
    expect((await rollout.inspect()).etag).not.toBe(held?.etag)
  })

  it('RO8: an alarm that comes early or twice changes nothing, and the one that is due still comes', async () => {
    const rollout = env.ROLLOUTS.getByName('early')
    await rollout.change({ ...canary, settings: { ...canary.settings, stepMs: 2_000 } })
    await rollout.observe([...rests(1, 2), ...rests(2, 2)])
    await runDurableObjectAlarm(rollout)
    await runDurableObjectAlarm(rollout)
    expect(await percentOf(rollout)).toBe(20)
    await eventually(
      () => percentOf(rollout),
      (percent) => percent === 60,
    )
  })

  it('keeps all of it when it leaves memory', async () => {
    const rollout = env.ROLLOUTS.getByName('kept')
    await rollout.change({ ...canary, settings: { ...canary.settings, stepMs: 600_000 } })
    await rollout.observe([...rests(1, 3), ...rests(2, 1)])
    const before = await rollout.inspect()
    await evictDurableObject(rollout)
    expect(await rollout.inspect()).toEqual(before)
  })

  it('keeps it all when another version has saved a setting that this one does not know', async () => {
    const rollout = env.ROLLOUTS.getByName('of-another-version')
    await rollout.change({ ...canary, settings: { ...canary.settings, stepMs: 600_000 } })
    const before = await rollout.inspect()
    await runInDurableObject(rollout, (_, { storage: { kv } }) => {
      for (const [key, saved] of kv.list<{ settings: object }>()) {
        kv.put(key, { ...saved, settings: { ...saved.settings, patience: 3 } })
      }
    })
    await evictDurableObject(rollout)
    expect(await rollout.inspect()).toEqual(before)
  })

  it('RO7: counts one that was parked once, however many others come to rest in between', async () => {
    const rollout = env.ROLLOUTS.getByName('once-of-many')
    await rollout.change({ ...canary, settings: { stepMs: 600_000 } })
    const parked = rests(2, 1, { ending: 'failed' })
    await rollout.observe(parked)
    await rollout.observe(rests(2, 5_000))
    // Its domain was asked again, in vain.
    await rollout.observe(parked)
    const { candidate } = (await rollout.inspect()).figures
    expect(candidate).toMatchObject({ orders: 5_000, errorRate: 0 })
  })

  it('RO11: a bad minute of both is not held against the one that has fewer orders', async () => {
    const rollout = env.ROLLOUTS.getByName('a-bad-minute')
    await rollout.change({ ...canary, percent: 5, settings: { stepMs: 600_000 } })
    await rollout.observe(someOfBoth({ ending: 'failed' }))
    for (let times = 0; times < 3; times += 1) await rollout.observe(someOfBoth())
    const { percent, verdict } = await rollout.inspect()
    expect({ percent, verdict }).toEqual({ percent: 5, verdict: 'the figures hold' })
  })

  it('RO11: keeps the newest orders, so many of both versions together', async () => {
    const rollout = env.ROLLOUTS.getByName('many')
    await rollout.change({ ...canary, settings: { stepMs: 600_000 } })
    await rollout.observe([...rests(1, 1_000), ...rests(2, 500)])
    await rollout.observe(rests(1, 900, { ending: 'refused' }))
    await rollout.observe([...rests(1, 3_600), ...rests(2, 500)])
    const { stable, candidate } = (await rollout.inspect()).figures
    expect(stable).toMatchObject({ orders: 4_500, successRate: 0.8 })
    expect(candidate.orders).toBe(500)
  })
})
