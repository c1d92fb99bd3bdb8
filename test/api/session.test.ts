import { describe, expect, it, vi } from 'vitest'
import { useDatabases } from './support/databases.ts'
import { bindings, down } from './support/doubles.ts'
import { asCustomer, problemOf, request, sessionOf } from './support/requests.ts'

const databases = useDatabases()

const cookieOf = (response: Response): string =>
  response.headers.get('Set-Cookie')?.split(';')[0] ?? ''

describe('POST /api/session', () => {
  it('makes a guest: an id, a token, a cookie that no script can read', async () => {
    const response = await request(bindings(databases()), 'POST /api/session')
    expect(await sessionOf(response)).toMatchObject({
      customer: expect.stringMatching(/^cus_[0-9a-f]{32}$/),
      token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    })
    const cookie = response.headers.get('Set-Cookie') ?? ''
    expect(cookie.split('; ').slice(1).toSorted()).toEqual([
      'HttpOnly',
      'Max-Age=15552000',
      'Path=/',
      'SameSite=Strict',
    ])
  })

  it('over https, the cookie goes over https only, and is taken from this host alone', async () => {
    const env = bindings(databases())
    const opened = await request(env, 'POST https://shop.example/api/session')
    const cookie = opened.headers.get('Set-Cookie') ?? ''
    expect(cookie).toMatch(/^__Host-edge_saga_session=.*; Path=\/; HttpOnly; Secure/)
    expect(cookie).not.toContain('Domain')
    const { customer, token } = await sessionOf(opened)
    // As a page of another host of the same domain can set it, to be sent first.
    const planted = `edge_saga_session=${(await sessionOf(await request(env, 'POST /api/session'))).token}`
    const asked = (Cookie: string) =>
      request(env, 'GET https://shop.example/api/me', { headers: { Cookie } })
    expect((await asked(planted)).status).toBe(401)
    const answer = await asked(`${planted}; __Host-edge_saga_session=${token}`)
    expect(await answer.json()).toMatchObject({ customer })
  })

  it('two guests are two customers', async () => {
    const env = bindings(databases())
    const first = await sessionOf(await request(env, 'POST /api/session'))
    const second = await sessionOf(await request(env, 'POST /api/session'))
    expect(first.customer).not.toBe(second.customer)
  })

  it('who has a session keeps it, by cookie or by bearer token', async () => {
    const env = bindings(databases())
    const opened = await request(env, 'POST /api/session')
    const { customer, token } = await sessionOf(opened)
    for (const headers of [{ Cookie: cookieOf(opened) }, { Authorization: `Bearer ${token}` }]) {
      const again = await sessionOf(await request(env, 'POST /api/session', { headers }))
      expect(again.customer).toBe(customer)
    }
  })

  it('opens the points account once, and does without it if it must', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const openAccount = vi.fn<() => never>(down)
    const { POINTS } = bindings(databases())
    const env = bindings(databases(), { POINTS: { ...POINTS, openAccount } })
    const opened = await request(env, 'POST /api/session')
    expect(opened.status).toBe(200)
    await request(env, 'POST /api/session', { headers: { Cookie: cookieOf(opened) } })
    expect(openAccount).toHaveBeenCalledOnce()
  })

  it('without its secret says that it is not set up, and logs what to do', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { SESSION_SECRET: _, ...env } = bindings(databases())
    const response = await request(env, 'POST /api/session')
    expect(response.status).toBe(503)
    expect(await problemOf(response)).toMatchObject({ code: 'not-configured' })
    expect(logged.mock.calls[0]?.[0]).toContain('wrangler secret put SESSION_SECRET')
  })
})

describe('GET /api/me', () => {
  it('has points and coupons, and heals an account that was not opened', async () => {
    let available = 0
    const openAccount = vi.fn<() => Promise<void>>(async () => {
      available = 500
    })
    const balance = async () => ({ available, frozen: 0 })
    const { POINTS } = bindings(databases())
    const env = bindings(databases(), { POINTS: { ...POINTS, openAccount, balance } })
    const customer = await asCustomer(env)
    for (let look = 0; look < 2; look += 1) {
      const response = await customer('GET /api/me')
      expect(await response.json()).toMatchObject({
        points: { available: 500, frozen: 0 },
        coupons: [],
      })
    }
    expect(openAccount, 'an account that is there is only read').toHaveBeenCalledOnce()
  })

  it.each([
    ['none', {}],
    ['a forged cookie', { Cookie: 'edge_saga_session=a.b.c' }],
    ['a forged token', { Authorization: 'Bearer a.b.c' }],
    ['the operator token', { Authorization: 'Bearer an-operator' }],
  ])('with %s as a session is 401', async (_what, headers) => {
    const response = await request(bindings(databases()), 'GET /api/me', { headers })
    expect(response.status).toBe(401)
    expect(await problemOf(response)).toMatchObject({ code: 'session-required' })
  })
})
