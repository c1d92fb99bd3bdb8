/** What every request meets, whatever its route. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { app } from '../../worker/api/app.ts'
import { SESSION_COOKIE } from '../../worker/api/session/require-session.ts'
import { useDatabases } from './support/databases.ts'
import { bindings, down } from './support/doubles.ts'
import { asCustomer, problemOf, request, sessionOf } from './support/requests.ts'

const databases = useDatabases()
const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
beforeEach(() => {
  logged.mockClear()
})

describe('E1: errors are problems', () => {
  it('of their own media type, with a type that leads to an explanation', async () => {
    const env = bindings(databases())
    const response = await request(env, 'GET /api/nothing-here')
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    const { type, status, code } = await problemOf(response)
    expect({ status, code }).toEqual({ status: 404, code: 'route-not-found' })
    const [page, anchor] = type.split('#')
    const explanation = await (await request(env, `GET ${page}`)).text()
    expect(explanation).toContain(`id="${anchor}"`)
  })

  it('a wrong method learns the right ones', async () => {
    const response = await request(bindings(databases()), 'DELETE /api/orders')
    expect(response.status).toBe(405)
    expect(response.headers.get('Allow')?.split(', ').toSorted()).toEqual(['GET', 'HEAD', 'POST'])
    expect(await problemOf(response)).toMatchObject({ code: 'method-not-allowed' })
  })

  it.each([
    ['no JSON', { text: '{"lines":' }, 400, 'malformed-json'],
    [
      'another type',
      { text: 'x', headers: { 'Content-Type': 'text/plain' } },
      415,
      'unsupported-media-type',
    ],
    [
      'a form',
      { text: 'a=b', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
      415,
      'unsupported-media-type',
    ],
    ['no body', {}, 422, 'invalid-input'],
    ['16 KiB and a byte', { text: ' '.repeat(16_385) }, 413, 'body-too-large'],
    [
      'as long as it says',
      { text: ' '.repeat(16_385), headers: { 'Content-Length': '16385' } },
      413,
      'body-too-large',
    ],
  ])('a body that is %s', async (_what, sent, status, code) => {
    const customer = await asCustomer(bindings(databases()))
    const response = await customer('POST /api/quotes', sent)
    expect(response.status).toBe(status)
    expect(await problemOf(response)).toMatchObject({ code, status })
  })

  it('a body without end is not read to its end', async () => {
    const cancelled = vi.fn<() => void>()
    const piece = new Uint8Array(65_536)
    const body = new ReadableStream({ pull: (to) => to.enqueue(piece), cancel: cancelled })
    const sent = { method: 'POST', body, duplex: 'half' } as const
    const response = await app.request('/api/session', sent, bindings(databases()))
    expect(await problemOf(response)).toMatchObject({ code: 'body-too-large' })
    expect(cancelled).toHaveBeenCalledOnce()
  })

  it('names each field that is wrong, by its path', async () => {
    const customer = await asCustomer(bindings(databases()))
    const response = await customer('POST /api/orders', {
      headers: { 'Idempotency-Key': 'k' },
      json: {
        lines: [{ sku: 'MUG', quantity: 0, colour: 'red' }],
        cuopon: 'TEN',
        shipTo: { name: ' ', line1: '1', city: 'c', postalCode: '1', country: 'us' },
        payment: { token: 'tok_visa' },
      },
    })
    const { code, errors } = await problemOf(response)
    expect(code).toBe('invalid-input')
    expect(errors?.map(({ field }) => field).toSorted()).toEqual([
      'cuopon',
      'lines.0.colour',
      'lines.0.quantity',
      'shipTo.country',
      'shipTo.name',
    ])
  })

  it("every answer has the request's traceparent, or that of a new trace", async () => {
    const headers = { traceparent: TRACEPARENT }
    for (const route of ['POST /api/session', 'GET /api/nothing']) {
      const answer = await request(bindings(databases()), route, { headers })
      expect(answer.headers.get('traceparent'), route).toBe(TRACEPARENT)
      const begun = await request(bindings(databases()), route)
      expect(begun.headers.get('traceparent'), route).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    }
  })

  it('E2: a defect says nothing to the caller, and all to the log, in one line', async () => {
    const env = bindings(databases())
    Object.defineProperty(env, 'SESSION_SECRET', { get: throwing('a detail') })
    const response = await request(env, 'POST /api/session', {
      headers: { traceparent: TRACEPARENT },
    })
    expect(response.status).toBe(500)
    const body = await response.text()
    expect(JSON.parse(body)).toMatchObject({ code: 'internal' })
    expect(body).not.toContain('a detail')
    expect(loggedLines()).toEqual([
      expect.objectContaining({
        event: 'request-failed',
        code: 'internal',
        route: '/api/session',
        requestId: response.headers.get('X-Request-Id'),
        traceparent: TRACEPARENT,
        cause: expect.stringContaining('a detail'),
      }),
    ])
  })

  it('a service that is down is 503 with Retry-After, and one line in the log', async () => {
    const env = bindings(databases(), {
      POINTS: { ...bindings(databases()).POINTS, balance: down },
    })
    const customer = await asCustomer(env)
    const response = await customer('GET /api/me')
    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).toBe('2')
    expect(await problemOf(response)).toMatchObject({ code: 'service-unavailable' })
    expect(loggedLines()).toMatchObject([{ code: 'service-unavailable', route: '/api/me' }])
  })

  it('what the caller did wrong is not logged', async () => {
    await request(bindings(databases()), 'GET /api/me')
    expect(logged).not.toHaveBeenCalled()
  })
})

describe('every answer', () => {
  it('is data: it loads nothing, is framed by nobody, and is kept nowhere', async () => {
    const { headers } = await request(bindings(databases()), 'POST /api/session')
    expect(headers.get('Content-Security-Policy')).toBe(
      "default-src 'none'; frame-ancestors 'none'",
    )
    expect(headers.get('Cache-Control')).toBe('no-store')
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
  })

  it('has a request id: the one that was sent, or a new one', async () => {
    const env = bindings(databases())
    const sent = await request(env, 'GET /api/x', { headers: { 'X-Request-Id': 'mine-1' } })
    expect(sent.headers.get('X-Request-Id')).toBe('mine-1')
    const bad = await request(env, 'GET /api/x', { headers: { 'X-Request-Id': '<b>' } })
    expect(bad.headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('the documentation runs the scripts of this origin only, without its own', async () => {
    const { headers } = await request(bindings(databases()), 'GET /api/docs')
    expect(headers.get('Content-Security-Policy')).toContain("script-src 'self';")
    expect(headers.get('Content-Type')).toContain('text/html')
  })
})

describe('another site', () => {
  const foreign = { Origin: 'https://evil.example' }

  it.each(['POST /api/session', 'POST /api/orders'])(
    'cannot use the cookie for %s',
    async (route) => {
      const response = await request(bindings(databases()), route, { headers: foreign })
      expect(response.status).toBe(403)
      expect(await problemOf(response)).toMatchObject({ code: 'foreign-origin' })
      expect(response.headers.get('Set-Cookie')).toBeNull()
    },
  )

  it.each(['http://localhost', 'https://localhost'])('%s is this one', async (Origin) => {
    const response = await request(bindings(databases()), 'POST /api/session', {
      headers: { Origin },
    })
    expect(response.status).toBe(200)
  })

  it('"null", which a sandboxed page sends, is another one', async () => {
    const response = await request(bindings(databases()), 'POST /api/session', {
      headers: { Origin: 'null' },
    })
    expect(response.status).toBe(403)
  })

  it.each(['Basic YTpi', 'Bearer'])('cannot use the cookie beside "%s"', async (Authorization) => {
    const env = bindings(databases())
    const { token } = await sessionOf(await request(env, 'POST /api/session'))
    const Cookie = `${SESSION_COOKIE}=${token}`
    const response = await request(env, 'POST /api/session', {
      headers: { ...foreign, Cookie, Authorization },
    })
    expect(response.status).toBe(403)
  })

  it('may call with a bearer token, which no browser adds by itself', async () => {
    const customer = await asCustomer(bindings(databases()))
    const response = await customer('POST /api/session', { headers: foreign })
    expect(response.status).toBe(200)
  })
})

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

const loggedLines = (): unknown[] => logged.mock.calls.map(([line]) => JSON.parse(String(line)))

const throwing = (message: string) => () => {
  throw new TypeError(message)
}
