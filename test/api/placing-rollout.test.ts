/** `POST /api/orders` while two versions of the saga are there. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { CustomerId } from '../../durable-objects/core/ids.ts'
import type { PlaceResult, Placement } from '../../durable-objects/order-rpc.ts'
import { orderIdFor } from '../../worker/api/order-id.ts'
import { RolloutDouble } from '../support/rollouts.ts'
import { bindings, customerOfNumber, down } from './support/doubles.ts'
import { ORDER, customerId, place, usePlacing } from './support/placing.ts'
import { asCustomer } from './support/requests.ts'

const { databases } = usePlacing()

let rollouts: RolloutDouble
beforeEach(() => {
  rollouts = new RolloutDouble({ stable: 1, candidate: 2, percent: 100 })
})
const shop = () => bindings(databases(), { ROLLOUTS: rollouts })

/** The versions that the object of `key` is asked to begin on. */
async function versionsAsked(
  env: ReturnType<typeof shop>,
  key: string,
  answer?: (placement: Placement) => Promise<PlaceResult> | undefined,
  customer: CustomerId = customerId,
): Promise<number[]> {
  const asked: number[] = []
  const object = env.ORDERS.getByName(await orderIdFor(customer, key))
  const original = object.place.bind(object)
  vi.spyOn(object, 'place').mockImplementation(async (placement) => {
    asked.push(placement.definition.version)
    return answer?.(placement) ?? original(placement)
  })
  return asked
}

const failsOnCandidate = ({ definition }: Placement): undefined => {
  if (definition.version === 2) throw new Error('v2 has a bug')
}

describe('a new order', () => {
  it('begins on the candidate where its customer belongs to its share', async () => {
    const env = shop()
    const asked = await versionsAsked(env, 'key-1')
    expect((await place(env, 'key-1', ORDER)).status).toBe(202)
    rollouts.now = { stable: 1, candidate: 2, percent: 0 }
    expect(asked).toEqual([2])
  })

  it('of the same customer begins on the same version, of all customers by their share', async () => {
    rollouts.now = { stable: 1, candidate: 2, percent: 50 }
    const env = shop()
    const versions = []
    for (let number = 1; number <= 40; number += 1) {
      const customer = customerOfNumber(number)
      const send = await asCustomer(env, customer)
      const seen = new Set<number>()
      for (const key of ['one', 'two']) {
        const asked = await versionsAsked(env, key, undefined, customer)
        await send('POST /api/orders', { json: ORDER, headers: { 'Idempotency-Key': key } })
        for (const version of asked) seen.add(version)
      }
      expect(seen.size).toBe(1)
      versions.push(...seen)
    }
    const share = versions.filter((version) => version === 2).length / versions.length
    expect(share).toBeGreaterThan(0.2)
    expect(share).toBeLessThan(0.8)
  })

  it('begins on a version that is not here as if nobody had it', async () => {
    rollouts.now = { stable: 1, candidate: 9, percent: 100 }
    const env = shop()
    const asked = await versionsAsked(env, 'key-3')
    expect((await place(env, 'key-3', ORDER)).status).toBe(202)
    expect(asked).toEqual([1])
  })

  it('RO10: begins as this code has it while the rollout does not answer', async () => {
    rollouts.isDown = true
    const env = shop()
    const asked = await versionsAsked(env, 'key-4')
    expect((await place(env, 'key-4', ORDER)).status).toBe(202)
    expect(asked).toEqual([1])
  })

  it('RO10: of many in a second the first asks the rollout, and none after', async () => {
    const env = shop()
    for (const key of ['a', 'b', 'c']) await place(env, key, ORDER)
    expect(rollouts.asked).toBe(1)
  })
})

describe('a candidate that cannot begin an order', () => {
  it('is tried three times; then the order begins on the stable version, and the rollout hears of it', async () => {
    const env = shop()
    const asked = await versionsAsked(env, 'key-5', failsOnCandidate)
    expect((await place(env, 'key-5', ORDER)).status).toBe(202)
    expect(asked).toEqual([2, 2, 2, 1])
    expect(rollouts.failures).toEqual([{ version: 2, why: 'v2 has a bug' }])
  })

  it('that an older object does not know is not begun on it either', async () => {
    const env = shop()
    const asked = await versionsAsked(env, 'key-6', ({ definition }) =>
      definition.version === 2 ? Promise.resolve({ kind: 'version-unknown' }) : undefined,
    )
    expect((await place(env, 'key-6', ORDER)).status).toBe(202)
    expect(asked.at(-1)).toBe(1)
    expect(rollouts.failures).toEqual([{ version: 2, why: 'the object does not know version 2' }])
  })

  it('that began it after all keeps it: whichever came first is the order, and nobody is blamed', async () => {
    const env = shop()
    const object = env.ORDERS.getByName(await orderIdFor(customerId, 'key-7'))
    const original = object.place.bind(object)
    const asked: number[] = []
    vi.spyOn(object, 'place').mockImplementation(async (placement) => {
      asked.push(placement.definition.version)
      const result = await original(placement)
      if (placement.definition.version === 2) throw new Error('the answer was lost')
      return result
    })
    expect((await place(env, 'key-7', ORDER)).status).toBe(202)
    expect(asked).toEqual([2, 2, 2, 1])
    expect(rollouts.failures).toEqual([])
  })

  it('is not blamed where the stable version cannot either', async () => {
    const env = shop()
    const asked = await versionsAsked(env, 'key-8', down)
    expect((await place(env, 'key-8', ORDER)).status).toBe(503)
    expect(asked).toEqual([2, 2, 2, 1])
    expect(rollouts.failures).toEqual([])
  })

  it('costs no order when the rollout cannot be told', async () => {
    const env = shop()
    await versionsAsked(env, 'key-9', failsOnCandidate)
    vi.spyOn(rollouts, 'couldNotBegin').mockRejectedValue(new Error('the rollout is down'))
    expect((await place(env, 'key-9', ORDER)).status).toBe(202)
  })

  it('is not retried where the order is refused: that is an answer', async () => {
    const env = shop()
    const asked = await versionsAsked(env, 'key-10')
    const tooMany = { ...ORDER, lines: [{ sku: 'MUG', quantity: 99 }] }
    expect((await place(env, 'key-10', tooMany)).status).toBe(409)
    expect(asked).toEqual([2])
  })
})
