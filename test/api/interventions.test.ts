import { describe, expect, it, vi } from 'vitest'
import { type SagaId, sagaIdOf } from '../../durable-objects/core/ids.ts'
import type { InterventionConflict, InterventionResult } from '../../durable-objects/order-rpc.ts'
import { sagaDetailSchema } from '../../worker/api/ops/contract.ts'
import { useDatabases } from './support/databases.ts'
import {
  OrderDouble,
  bindings,
  down,
  inspectionOf,
  lostDatabase,
  orderIdOfNumber,
} from './support/doubles.ts'
import { asOperator, problemOf } from './support/requests.ts'
import { logSaga } from './support/saga-log.ts'

vi.spyOn(console, 'error').mockImplementation(() => {})
vi.spyOn(console, 'warn').mockImplementation(() => {})

const databases = useDatabases()
const orderId = orderIdOfNumber(5)
const told = inspectionOf(orderId, { status: 'parked', returned: 'running', transitions: 4 })
const shipTo = { name: 'Ann', line1: 'l', city: 'c', postalCode: 'p', country: 'US' }
const inspection = { ...told, order: { ...told.order, shipTo } }
const operator = { by: 'Ann', reason: 'the points came back' }

const ACTIONS = [
  ['retry', { ...operator, step: 'freeze-points' }],
  ['skip', { ...operator, step: 'freeze-points' }],
  ['compensate', operator],
  ['resume', operator],
] as const

function saga(answer: InterventionResult = { kind: 'done', inspection }) {
  const order = new OrderDouble(orderId)
  const intervene = vi.spyOn(order, 'intervene').mockResolvedValue(answer)
  const env = bindings(databases(), { orders: [order] })
  return { intervene, env, ask: asOperator(env) }
}

describe.each(ACTIONS)('POST /api/ops/sagas/{id}/%s', (action, json) => {
  const route = `POST /api/ops/sagas/${orderId}/${action}`

  it('hands it to the saga, and answers how it is then, without who gets the order', async () => {
    const { intervene, ask } = saga()
    const response = await ask(route, { json })
    expect(response.status).toBe(200)
    const text = await response.text()
    expect(text).not.toContain('postalCode')
    const detail = sagaDetailSchema.parse(JSON.parse(text))
    expect(detail).toMatchObject({ order: { id: orderId, version: 4 }, log: { isEqual: false } })
    expect(intervene).toHaveBeenCalledExactlyOnceWith({ ...json, action, sagaId: orderId })
  })

  it('goes to the saga that was named, on the object of its order', async () => {
    const { intervene, ask } = saga()
    await ask(`POST /api/ops/sagas/${orderId}:return/${action}`, { json })
    const sagaId = `${orderId}:return`
    expect(intervene).toHaveBeenCalledExactlyOnceWith({ ...json, action, sagaId })
  })

  it('trims who and why', async () => {
    const { intervene, ask } = saga()
    await ask(route, { json: { ...json, by: ' Ann ', reason: `\n${operator.reason} ` } })
    expect(intervene).toHaveBeenCalledExactlyOnceWith({ ...json, action, sagaId: orderId })
  })

  it.each([
    ['nobody', { by: undefined }, 'by'],
    ['a blank name', { by: '  ' }, 'by'],
    ['a name of 101', { by: 'x'.repeat(101) }, 'by'],
    ['no reason', { reason: undefined }, 'reason'],
    ['a blank reason', { reason: '\t' }, 'reason'],
    ['a reason of 501', { reason: 'x'.repeat(501) }, 'reason'],
    ['a field too many', { force: true }, 'force'],
    ['a step that is no name', { step: 7 }, 'step'],
  ])('%s: 422, and the saga is not asked', async (_what, change, field) => {
    const { intervene, ask } = saga()
    const problem = await problemOf(await ask(route, { json: { ...json, ...change } }))
    expect(problem).toMatchObject({ status: 422, errors: [{ field }] })
    expect(intervene).not.toHaveBeenCalled()
  })

  it('a body that is no JSON: 400', async () => {
    expect((await saga().ask(route, { text: '{' })).status).toBe(400)
  })

  it.each(['ord_x', orderIdOfNumber(404)])('of %s: 404', async (id) => {
    const response = await asOperator(bindings(databases()))(
      `POST /api/ops/sagas/${id}/${action}`,
      { json },
    )
    expect(await problemOf(response)).toMatchObject({ status: 404, code: 'saga-not-found' })
  })

  it('of a saga that the order does not have: 404, and nothing is said to be lost', async () => {
    const whose = orderIdOfNumber(6)
    const order = new OrderDouble(whose)
    vi.spyOn(order, 'intervene').mockResolvedValue({ kind: 'not-found' })
    order.inspection = () => inspectionOf(whose, { status: 'parked', transitions: 4 })
    await logSaga(databases().sagaLog, { orderId: whose, transitions: 4 })
    const ask = asOperator(bindings(databases(), { orders: [order] }))
    const response = await ask(`POST /api/ops/sagas/${whose}:nope/${action}`, { json })
    const problem = await problemOf(response)
    expect(problem).toMatchObject({ status: 404, code: 'saga-not-found' })
    expect(problem.detail).not.toContain('restore')
  })

  it('of a saga that only newer code can read: 503, since nothing was done', async () => {
    const order = new OrderDouble(orderId)
    vi.spyOn(order, 'intervene').mockResolvedValue({ kind: 'not-found' })
    order.inspection = () => inspection
    const ask = asOperator(bindings(databases(), { orders: [order] }))
    const problem = await problemOf(await ask(route, { json }))
    expect(problem).toMatchObject({ status: 503, code: 'service-unavailable' })
    expect(problem.detail).toContain('newer code')
  })

  it('is possible while D1 does not answer', async () => {
    const { env } = saga()
    const response = await asOperator({ ...env, SAGA_LOG_DB: lostDatabase })(route, { json })
    expect(sagaDetailSchema.parse(await response.json())).toMatchObject({ log: null })
  })

  it('an object that does not answer: 503', async () => {
    const { intervene, ask } = saga()
    intervene.mockImplementation(down)
    expect((await ask(route, { json })).status).toBe(503)
  })
})

it.each(['retry', 'skip'])('%s needs a step', async (action) => {
  const { ask } = saga()
  const response = await ask(`POST /api/ops/sagas/${orderId}/${action}`, { json: operator })
  expect(await problemOf(response)).toMatchObject({ status: 422, errors: [{ field: 'step' }] })
})

const CONFLICTS: Record<InterventionConflict, (typeof ACTIONS)[number]> = {
  'saga-ended': ACTIONS[3],
  'step-not-parked': ACTIONS[0],
  'not-skippable': ACTIONS[1],
  'pivot-sent': ACTIONS[2],
  'nothing-to-resume': ACTIONS[3],
}

it.each([
  'saga-ended',
  'step-not-parked',
  'not-skippable',
  'pivot-sent',
  'nothing-to-resume',
] as const)('the saga refuses with %s: 409, with the order as it is', async (code) => {
  const { ask } = saga({ kind: 'conflict', code, inspection })
  const [action, json] = CONFLICTS[code]
  const response = await ask(`POST /api/ops/sagas/${orderId}/${action}`, { json })
  const problem = await problemOf(response)
  expect(problem).toMatchObject({ status: 409, code, current: { id: orderId, version: 4 } })
  expect(problem.current).not.toHaveProperty('shipTo')
  expect(problem).not.toHaveProperty('detail')
})

const skipped = (sagaId: SagaId, by: string, seq: number) => ({
  seq,
  sagaId,
  atMs: Date.parse('2026-12-01T02:00:00Z'),
  events: [
    { type: 'operator-intervened', action: 'skip', step: 'freeze-points', by, reason: 'too old' },
  ],
})

it('a refusal says what another operator has done to the saga last, and why', async () => {
  const itself = sagaIdOf(orderId)
  const transitions = [
    skipped(itself, 'Cem', 1),
    skipped(itself, 'Ben', 2),
    skipped(sagaIdOf(orderId, 'return'), 'Dee', 3),
  ]
  const { ask } = saga({
    kind: 'conflict',
    code: 'step-not-parked',
    inspection: { ...inspection, transitions },
  })
  const [action, json] = ACTIONS[0]
  const { detail } = await problemOf(
    await ask(`POST /api/ops/sagas/${orderId}/${action}`, { json }),
  )
  expect(detail).toBe('Last: skip freeze-points at 2026-12-01T02:00:00.000Z by Ben: too old')
})
