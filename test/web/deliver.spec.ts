import { expect, it, vi } from 'vitest'
import { ApiProblem, Unanswered } from '../../web/src/api/client.ts'
import { type DeliveryPorts, delayMs, deliver } from '../../web/src/stores/optimistic/deliver.ts'
import { evolve } from '../../web/src/stores/optimistic/evolve.ts'
import { type Event, initialState } from '../../web/src/stores/optimistic/model.ts'
import { showOrder } from '../../web/src/stores/optimistic/reduce.ts'
import { customerId, operation, orderId, serverOrder } from './support/orders.ts'

const id = orderId(7)
const wish = { id, lines: [{ sku: 'MUG', quantity: 1 }] }
const settled = serverOrder(wish, { version: 9, status: 'failed', settled: true })

function start(change: Partial<DeliveryPorts>) {
  let state = evolve(initialState(), { type: 'submitted', operation: operation(wish) })
  const events: Event['type'][] = []
  const ports: DeliveryPorts = {
    find: (orderIdToFind) => state.local.operations.find((one) => one.orderId === orderIdToFind),
    dispatch(event) {
      events.push(event.type)
      state = evolve(state, event)
    },
    place: () => Promise.resolve(settled),
    read: () => Promise.resolve(settled),
    reopenSession: () => Promise.resolve(customerId()),
    pause: () => Promise.resolve(),
    random: () => 0.5,
    now: () => '2026-11-23T10:00:00.000Z',
    ...change,
  }
  return { ports, events, shown: () => showOrder(state, id) }
}

const problem = (status: number, code: string) =>
  new ApiProblem({ type: '', title: code, status, code }, {})

it('sends the same key again until there is an answer', async () => {
  const keys: string[] = []
  const place = vi.fn<DeliveryPorts['place']>((one) => {
    keys.push(one.idempotencyKey)
    return keys.length < 4 ? Promise.reject(new Unanswered('lost')) : Promise.resolve(settled)
  })
  const { ports, events } = start({ place })
  await deliver(id, ports)
  expect(new Set(keys).size).toBe(1)
  expect(events).toEqual(['unanswered', 'unanswered', 'unanswered', 'accepted'])
})

it('a refusal ends it: nothing is sent again', async () => {
  const place = vi.fn<DeliveryPorts['place']>(() => Promise.reject(problem(409, 'out-of-stock')))
  const { ports, shown } = start({ place })
  await deliver(id, ports)
  expect(place).toHaveBeenCalledTimes(1)
  expect(shown()).toMatchObject({ source: 'refused', refusal: { code: 'out-of-stock' } })
})

it('a failure on the server side is no refusal: the order may exist', async () => {
  const place = vi
    .fn<DeliveryPorts['place']>()
    .mockRejectedValueOnce(problem(503, 'service-unavailable'))
    .mockResolvedValueOnce(settled)
  const { ports, events } = start({ place })
  await deliver(id, ports)
  expect(events).toEqual(['unanswered', 'accepted'])
})

it('a shopper who asked too much is no refusal either: the same order is sent again', async () => {
  const keys: string[] = []
  const place = vi.fn<DeliveryPorts['place']>((one) => {
    keys.push(one.idempotencyKey)
    return keys.length < 3 ? Promise.reject(problem(429, 'rate-limited')) : Promise.resolve(settled)
  })
  const { ports, events } = start({ place })
  await deliver(id, ports)
  expect(new Set(keys).size).toBe(1)
  expect(events).toEqual(['unanswered', 'unanswered', 'accepted'])
})

it('a service that is out of order is waited for', async () => {
  const place = vi
    .fn<DeliveryPorts['place']>()
    .mockRejectedValueOnce(problem(503, 'domain-unavailable'))
    .mockResolvedValueOnce(settled)
  const { ports, events } = start({ place })
  await deliver(id, ports)
  expect(events).toEqual(['unanswered', 'accepted'])
})

it('but what the order could do without is asked about, not waited for', async () => {
  const errors = [{ field: 'points', message: 'Without points it can be ordered now.' }]
  const body = { type: '', title: 'out of order', status: 503, code: 'domain-unavailable', errors }
  const place = vi.fn<DeliveryPorts['place']>(() => Promise.reject(new ApiProblem(body, body)))
  const { ports, shown } = start({ place })
  await deliver(id, ports)
  expect(place).toHaveBeenCalledTimes(1)
  expect(shown()).toMatchObject({ source: 'refused', refusal: { errors } })
})

it('a session that ended is opened again, and the order goes on as the same customer', async () => {
  const place = vi
    .fn<DeliveryPorts['place']>()
    .mockRejectedValueOnce(problem(401, 'session-required'))
    .mockResolvedValueOnce(settled)
  const { ports, events } = start({ place })
  await deliver(id, ports)
  expect(events).toEqual(['accepted'])
})

it('an accepted order that no page watches is asked after until it is known how it stands', async () => {
  const read = vi
    .fn<DeliveryPorts['read']>()
    .mockRejectedValueOnce(new Unanswered('lost'))
    .mockResolvedValueOnce(settled)
  const { ports } = start({ place: () => Promise.resolve(serverOrder(wish)), read })
  await deliver(id, ports)
  expect(read).toHaveBeenCalledTimes(2)
})

it('waits longer each time, up to half a minute, never the same for all browsers', () => {
  expect(delayMs(0, 0)).toBe(500)
  expect(delayMs(0, 1)).toBe(1_000)
  expect(delayMs(3, 0.5)).toBe(6_000)
  expect(delayMs(500, 1)).toBe(30_000)
})
