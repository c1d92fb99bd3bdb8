/** What operators see and say of a rollout, and what the saga log tells it. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { SagaLogMessage } from '../../durable-objects/saga-log/message.ts'
import { versionsOf } from '../../durable-objects/sagas/registry.ts'
import { rolloutSchema } from '../../worker/api/ops/rollout-contract.ts'
import { restsOf, tellRollout } from '../../worker/saga-log/rests.ts'
import { RolloutDouble } from '../support/rollouts.ts'
import { useDatabases } from './support/databases.ts'
import { bindings, orderIdOfNumber } from './support/doubles.ts'
import { asOperator, problemOf, request } from './support/requests.ts'
import { createSaga, orderMessage, returnSaga } from './support/webhooks.ts'

const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
vi.spyOn(console, 'error').mockImplementation(() => {})
const databases = useDatabases()
const operator = { by: 'Ann', reason: 'version 2 is ready' }

let rollouts: RolloutDouble
beforeEach(() => {
  rollouts = new RolloutDouble()
  warned.mockClear()
})
const shop = () => bindings(databases(), { ROLLOUTS: rollouts })
const put = (json: unknown) => asOperator(shop())('PUT /api/ops/rollout', { json })

describe('GET /api/ops/rollout', () => {
  it('tells which versions there are, and which one new orders begin on', async () => {
    const response = await asOperator(shop())('GET /api/ops/rollout')
    expect(rolloutSchema.parse(await response.json())).toMatchObject({
      saga: 'order-create',
      versions: versionsOf('order-create'),
      stable: 1,
      candidate: null,
      percent: 0,
      automatic: false,
      stepEndsAt: null,
      figures: { stable: { orders: 0, successRate: null } },
      changes: [],
    })
  })

  it('is for operators', async () => {
    expect((await request(shop(), 'GET /api/ops/rollout')).status).toBe(401)
  })

  it('is a problem while the rollout does not answer', async () => {
    rollouts.isDown = true
    expect((await asOperator(shop())('GET /api/ops/rollout')).status).toBe(503)
  })
})

describe('PUT /api/ops/rollout', () => {
  it('makes it as the body says; what is left out is none', async () => {
    const canary = { stable: 1, candidate: 2, automatic: true, settings: { ordersMin: 5 } }
    expect((await put({ ...canary, ...operator })).status).toBe(200)
    await put({ stable: 2, ...operator })
    const { automatic: _, ...said } = canary
    expect(rollouts.changes).toEqual([
      { ...said, percent: 0, isAutomatic: true, ...operator },
      { stable: 2, candidate: null, percent: 0, isAutomatic: false, ...operator },
    ])
  })

  it('is refused what was decided on what somebody has changed since, and says who, and why', async () => {
    const seen = rolloutSchema.parse(
      await (await asOperator(shop())('GET /api/ops/rollout')).json(),
    )
    const change = (stable: number) =>
      asOperator(shop())('PUT /api/ops/rollout', {
        json: { stable, ...operator },
        headers: { 'If-Match': seen.etag },
      })
    expect((await change(2)).status).toBe(200)
    const problem = await problemOf(await change(1))
    expect(problem).toMatchObject({ status: 412, code: 'changed-since' })
    expect(problem.detail).toContain('by Ann: version 2 is ready')
    expect(rollouts.now.stable).toBe(2)
  })

  it.each([
    ['candidate', { stable: 1, candidate: 999 }],
    ['candidate', { stable: 1, candidate: 1 }],
    ['stable', { stable: 7 }],
    ['percent', { stable: 1, percent: 10 }],
    ['percent', { stable: 1, candidate: 2, percent: 101 }],
    ['automatic', { stable: 1, automatic: true }],
    ['percent', { stable: 1, candidate: 2, percent: 100, automatic: true }],
    ['settings.percents', { stable: 1, settings: { percents: [50, 20] } }],
    ['stable', { candidate: 2 }],
    ['by', { stable: 1, by: ' ' }],
  ])('names %s where it cannot be: %j', async (field, json) => {
    const response = await put({ ...operator, ...json })
    expect(response.status).toBe(422)
    const { code, errors } = await problemOf(response)
    expect(code).toBe('invalid-input')
    expect(errors?.map((error) => error.field)).toContain(field)
    expect(rollouts.changes).toEqual([])
  })
})

const orderId = orderIdOfNumber(7)
const saga = { ...createSaga(orderId), startedAtMs: 1_000 }
const transition = (atMs: number, type = 'told', sagaId = saga.sagaId) => ({
  seq: 1,
  sagaId,
  atMs,
  events: [{ type }],
})
const message = (change: Partial<SagaLogMessage>): SagaLogMessage => ({
  ...orderMessage(orderId, {}),
  sagas: [saga],
  transitions: [transition(1_100), transition(1_250, 'saga-completed')],
  ...change,
})
const endings = (status: string, failureCode: string | null = null) =>
  restsOf(
    message({
      sagas: [{ ...saga, status, failureCode }],
      transitions: [transition(1_100), transition(1_250, `saga-${status}`)],
    }),
  ).map(({ ending }) => ending)

describe('what the saga log tells', () => {
  it('is how a saga came to rest, and how long that took', () => {
    const sagas = [
      { ...saga, status: 'completed', definition: { name: 'order-create', version: 2 } },
    ]
    expect(restsOf(message({ sagas }))).toEqual([
      { sagaId: orderId, version: 2, ending: 'completed', startedAtMs: 1_000, tookMs: 250 },
    ])
  })

  it.each([
    ['running', null, []],
    ['compensating', 'card-declined', []],
    ['completed', null, ['completed']],
    ['parked', null, ['failed']],
    ['compensated', 'card-declined', ['refused']],
    ['compensated', 'deadline-exceeded', ['failed']],
    ['compensated', 'domain-unavailable', ['failed']],
    ['compensated', 'cancelled', []],
    ['compensated', 'stopped-by-operator', []],
  ])('of one that is %s (%s) is %j', (status, failureCode, expected) => {
    expect(endings(status, failureCode)).toEqual(expected)
  })

  it('is nothing of returns, nor of a saga that has not moved since it was told', () => {
    const returned = { ...returnSaga(orderId), status: 'completed' }
    const completed = { ...saga, status: 'completed' }
    const sagas = [completed, returned]
    const transitions = [transition(9_000, 'saga-completed', returned.sagaId)]
    expect(restsOf(message({ sagas, transitions }))).toEqual([])
  })

  it('of one whose journal comes in parts is in the part with its end', () => {
    const sagas = [{ ...saga, status: 'completed' }]
    const parts = [
      [transition(1_100), transition(1_200)],
      [transition(61_000), transition(61_250, 'saga-completed'), transition(99_000, 'restored')],
    ]
    const rests = parts.flatMap((transitions) => restsOf(message({ sagas, transitions })))
    expect(rests.map(({ tookMs }) => tookMs)).toEqual([60_250])
  })

  it('comes only while a candidate has a share', async () => {
    const messages = [message({ sagas: [{ ...saga, status: 'completed' }] })]
    await tellRollout(rollouts, messages)
    expect(rollouts.observed).toEqual([])
    const underWay = new RolloutDouble({ stable: 1, candidate: 2, percent: 5 })
    await tellRollout(underWay, messages)
    expect(underWay.observed).toHaveLength(1)
  })

  it('never fails the log: it warns', async () => {
    const underWay = new RolloutDouble({ stable: 1, candidate: 2, percent: 5 })
    vi.spyOn(underWay, 'observe').mockRejectedValue(new Error('the rollout is down'))
    await tellRollout(underWay, [message({ sagas: [{ ...saga, status: 'completed' }] })])
    expect(String(warned.mock.calls[0]?.[0])).toContain('rollout-not-told')
  })
})
