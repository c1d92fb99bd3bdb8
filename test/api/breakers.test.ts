import { describe, expect, it, vi } from 'vitest'
import { serviceStatusSchema } from '../../worker/api/status-contract.ts'
import { breakerListSchema, breakerSchema } from '../../worker/api/ops/contract.ts'
import type { ApiBindings } from '../../worker/api/ports.ts'
import { DOMAINS } from '../../worker/domains/reads.ts'
import { BreakersInMemory } from '../support/breakers.ts'
import { useDatabases } from './support/databases.ts'
import { bindings } from './support/doubles.ts'
import { asOperator, problemOf, request } from './support/requests.ts'

vi.spyOn(console, 'warn').mockImplementation(() => {})
vi.spyOn(console, 'error').mockImplementation(() => {})
const databases = useDatabases()
const operator = { by: 'Ann', reason: 'the card provider is moving' }

const put = (env: ApiBindings, domain: string, json: unknown): Promise<Response> =>
  asOperator(env)(`PUT /api/ops/breakers/${domain}`, { json })

describe('GET /api/ops/breakers', () => {
  it('tells of each domain how its breaker stands, and why', async () => {
    const BREAKERS = new BreakersInMemory()
    await BREAKERS.fail('payments', 20)
    const env = bindings(databases(), { BREAKERS })
    const response = await asOperator(env)('GET /api/ops/breakers')
    const { breakers } = breakerListSchema.parse(await response.json())
    expect(breakers.map(({ domain, state }) => `${domain} ${state}`)).toEqual(
      DOMAINS.map((domain) => `${domain} ${domain === 'payments' ? 'open' : 'closed'}`),
    )
    expect(breakers.find(({ domain }) => domain === 'payments')).toMatchObject({
      force: 'auto',
      failedInARow: 15,
      requests: 20,
      changed: null,
    })
  })

  it('is a problem while a breaker does not answer', async () => {
    const BREAKERS = new BreakersInMemory()
    BREAKERS.isDown = true
    const response = await asOperator(bindings(databases(), { BREAKERS }))('GET /api/ops/breakers')
    expect(response.status).toBe(503)
  })
})

describe('PUT /api/ops/breakers/{domain}', () => {
  it('changes what it names, and keeps who did it and why', async () => {
    const env = bindings(databases())
    const response = await put(env, 'points', { settings: { failureThreshold: 3 }, ...operator })
    expect(response.status).toBe(200)
    expect(breakerSchema.parse(await response.json())).toMatchObject({
      domain: 'points',
      settings: { failureThreshold: 3, minRequests: 20 },
      changed: operator,
    })
  })

  it('holds it open, and lets it go again', async () => {
    const env = bindings(databases())
    const open = await put(env, 'payments', { force: 'open', ...operator })
    expect(await open.json()).toMatchObject({ state: 'open', force: 'open' })
    const auto = await put(env, 'payments', { force: 'auto', ...operator })
    expect(await auto.json()).toMatchObject({ state: 'closed', force: 'auto' })
  })

  it('is refused what was decided on what somebody has changed since, and says who, and why', async () => {
    const BREAKERS = new BreakersInMemory()
    const ask = asOperator(bindings(databases(), { BREAKERS }))
    const list = breakerListSchema.parse(await (await ask('GET /api/ops/breakers')).json())
    const seen = list.breakers.find(({ domain }) => domain === 'payments')?.etag ?? ''
    const force = (wanted: string, by: string, ifMatch: string) =>
      ask('PUT /api/ops/breakers/payments', {
        json: { ...operator, by, force: wanted },
        headers: { 'If-Match': ifMatch },
      })
    const [first, second] = await Promise.all([
      force('open', 'Ann', seen),
      force('closed', 'Ben', seen),
    ])
    expect(first.status).toBe(200)
    const problem = await problemOf(second)
    expect(problem).toMatchObject({ status: 412, code: 'changed-since' })
    expect(problem.detail).toContain(`by Ann: ${operator.reason}`)
    expect(BREAKERS.of('payments').inspect()).toMatchObject({ force: 'open' })
    const { etag } = breakerSchema.parse(await first.json())
    // A proxy that compresses makes it weak.
    expect((await force('closed', 'Ben', `W/${etag}`)).status).toBe(200)
    expect((await force('auto', 'Ann', '*')).status).toBe(200)
  })

  it('does not count as changed by what happens to it', async () => {
    const BREAKERS = new BreakersInMemory()
    const before = BREAKERS.of('payments').inspect().etag
    await BREAKERS.fail('payments', 20)
    expect(BREAKERS.of('payments').inspect()).toMatchObject({ state: 'open', etag: before })
  })

  it.each([
    ['payments', { force: 'half-open', ...operator }],
    ['payments', { settings: { failureThreshold: 0 }, ...operator }],
    ['payments', { settings: { treshold: 5 }, ...operator }],
    ['payments', { force: 'open' }],
    // The name and the reason of who holds it would be gone.
    ['payments', operator],
    ['payments', { settings: {}, ...operator }],
    ['weather', { force: 'open', ...operator }],
  ])('%s with %j is bad input, and changes nothing', async (domain, json) => {
    const env = bindings(databases())
    const response = await put(env, domain, json)
    expect(response.status).toBe(422)
    expect(await problemOf(response)).toMatchObject({ code: 'invalid-input' })
  })
})

describe('GET /api/status', () => {
  it('tells everybody which services are out of order, and for how long', async () => {
    const BREAKERS = new BreakersInMemory()
    BREAKERS.of('payments').change({ force: 'open', ...operator })
    const response = await request(bindings(databases(), { BREAKERS }), 'GET /api/status')
    const { services } = serviceStatusSchema.parse(await response.json())
    expect(services).toContainEqual({ service: 'payments', state: 'open', retryAfterS: 5 })
    expect(services).toContainEqual({ service: 'points', state: 'closed', retryAfterS: 0 })
  })

  it('takes for working what it cannot know', async () => {
    const BREAKERS = new BreakersInMemory()
    BREAKERS.isDown = true
    const response = await request(bindings(databases(), { BREAKERS }), 'GET /api/status')
    expect(response.status).toBe(200)
    const { services } = serviceStatusSchema.parse(await response.json())
    expect(services.map(({ state }) => state)).toEqual(DOMAINS.map(() => 'closed'))
  })
})
