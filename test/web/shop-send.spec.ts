/** What each answer of the shop's API means for an operation. */
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { OrderView } from '../../worker/api/contract.ts'
import { useSession } from '../../web/src/stores/session.ts'
import { SHOP_PROTOCOL } from '../../web/src/stores/shop-state/send.ts'
import type { AddressChange, ShopOperation } from '../../web/src/stores/shop-state/model.ts'
import { PLACED_AT, customerId, operation, orderId, serverOrder } from './support/orders.ts'

const id = orderId(7)
const wish = { id, lines: [{ sku: 'MUG', quantity: 1 }] }
const placing = operation(wish)
const other = `cus_${'b'.repeat(32)}`
const moved = { name: 'Ada', line1: '2 Way', city: 'Leeds', postalCode: 'L1', country: 'GB' }
const home = { ...moved, line1: '1 Way', city: 'York' }
const changeTo = (payload: Pick<AddressChange, 'shipTo' | 'from'>): ShopOperation => ({
  id: 'change',
  payload: { kind: 'address', orderId: id, after: { epoch: 2, version: 5 }, ...payload },
  at: PLACED_AT,
  stage: 'waiting',
})
const toLeeds = changeTo({ from: home, shipTo: moved })

type Asked = { path: string; init: RequestInit }
type Answered = () => Response | Promise<Response>

const json = (status: number, body: unknown) => () => Response.json(body, { status })
const problem = (status: number, code: string, more: Record<string, unknown> = {}) =>
  json(status, { type: '', title: code, status, code, ...more })
const at = (version: number, shipTo = home) => serverOrder(wish, { version, epoch: 2, shipTo })
const stale = (current: OrderView) => problem(412, 'version-stale', { current })
const session = (customer: string) => json(200, { customer })

let asked: Asked[]

/** The answers in the order in which they are asked for; a session is opened first. */
function answering(...answers: Answered[]): void {
  asked = []
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    asked.push({ path, init })
    const answer = answers[asked.length - 1]
    if (!answer) throw new RangeError(`asked for ${path}, too`)
    return answer()
  })
}

const send = (one: ShopOperation) => SHOP_PROTOCOL.send(one, new AbortController().signal)

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => vi.unstubAllGlobals())

describe('an order', () => {
  it('goes out under its own key and id, and comes back as a snapshot', async () => {
    const order = serverOrder(wish)
    answering(session(customerId()), json(202, order))
    expect(await send(placing)).toMatchObject({
      type: 'accepted',
      snapshots: [{ id, version: [1, 1], payload: { kind: 'order', order } }],
    })
    expect(asked[1]?.init.headers).toMatchObject({
      'Idempotency-Key': placing.payload.idempotencyKey,
      'X-Saga-ID': id,
    })
  })

  it('that is refused is refused with the reason', async () => {
    const errors = [{ field: 'lines.0.quantity', message: 'only 2 left' }]
    answering(session(customerId()), problem(409, 'out-of-stock', { errors }))
    expect(await send(placing)).toMatchObject({
      type: 'refused',
      refusal: { code: 'out-of-stock', errors },
    })
  })

  const later = { type: 'later' }
  it.each([
    ['a failure on the server side', problem(503, 'service-unavailable'), { ...later, afterMs: 0 }],
    [
      'a service that is out of order',
      problem(503, 'domain-unavailable'),
      { ...later, afterMs: 0 },
    ],
    ['a shopper who asked too much', problem(429, 'rate-limited'), { ...later, afterMs: 0 }],
    ['a page of some proxy', () => new Response('<html>', { status: 502 }), later],
    ['a connection that breaks', () => Promise.reject(new TypeError('Failed to fetch')), later],
  ])('%s is no refusal: it is sent again', async (_what, answer, expected) => {
    answering(session(customerId()), answer)
    expect(await send(placing)).toEqual(expected)
  })

  it.each([
    ['7', 7_000],
    ['Mon, 30 Nov 2026 12:00:08 GMT', 8_000],
    ['Mon, 30 Nov 2026 11:00:00 GMT', 0],
    ['86400', 120_000],
    ['soon', 0],
    ['', 0],
  ])(
    'with Retry-After: %s it is sent again after %i ms at the earliest',
    async (header, afterMs) => {
      vi.setSystemTime(Date.UTC(2026, 10, 30, 12))
      const busy = { type: '', title: 'busy', status: 503, code: 'overloaded' }
      answering(session(customerId()), () =>
        Response.json(busy, { status: 503, headers: { 'Retry-After': header } }),
      )
      expect(await send(placing)).toEqual({ type: 'later', afterMs })
      vi.useRealTimers()
    },
  )

  it('but what the order could do without is asked about, not waited for', async () => {
    const errors = [{ field: 'points', message: 'Without points it can be ordered now.' }]
    answering(session(customerId()), problem(503, 'domain-unavailable', { errors }))
    expect(await send(placing)).toMatchObject({ type: 'refused', refusal: { errors } })
  })

  it('whose session ended goes on in a new one of the same customer', async () => {
    answering(session(customerId()), problem(401, 'session-required'), session(customerId()))
    expect(await send(placing)).toEqual({ type: 'later' })
  })

  it('cannot go on where another tab has opened a session of somebody else; the next one can', async () => {
    answering(session(customerId()), problem(400, 'saga-id-mismatch'), session(other))
    expect(await send(placing)).toMatchObject({
      type: 'refused',
      refusal: { code: 'session-changed' },
    })
    expect(await useSession().ensure()).toBe(other)
  })

  it('cannot go on in a session of somebody else, and is not sent in it', async () => {
    answering(session(other))
    expect(await send(placing)).toMatchObject({
      type: 'refused',
      refusal: { code: 'session-changed' },
    })
    expect(await SHOP_PROTOCOL.ask(placing)).toBe('gone')
  })
})

describe('a change of an order', () => {
  it('names the version that the shopper saw', async () => {
    answering(session(customerId()), json(200, serverOrder(wish, { version: 6, epoch: 2 })))
    expect(await send(toLeeds)).toMatchObject({
      type: 'accepted',
      snapshots: [{ version: [2, 6] }],
    })
    expect(asked[1]?.init).toMatchObject({ method: 'PATCH', headers: { 'If-Match': '"2.5"' } })
  })

  it('cannot go on in a session of somebody else, which would be asked for it again and again', async () => {
    answering(session(customerId()), problem(401, 'session-required'), session(other))
    expect(await send(toLeeds)).toMatchObject({
      type: 'refused',
      refusal: { code: 'session-changed' },
    })
  })

  it('whose session ended goes on in a new one of the same customer', async () => {
    answering(session(customerId()), problem(401, 'session-required'), session(customerId()))
    expect(await send(toLeeds)).toEqual({ type: 'later' })
  })

  it('goes after the version that the order is at, as long as its address is the one they saw', async () => {
    const order = serverOrder(wish, { version: 9, epoch: 2 })
    answering(session(customerId()), stale(at(7)), stale(at(8)), json(200, order))
    expect(await send(toLeeds)).toMatchObject({
      type: 'accepted',
      snapshots: [{ version: [2, 9] }],
    })
    expect(asked.slice(1).map(({ init }) => new Headers(init.headers).get('If-Match'))).toEqual([
      '"2.5"',
      '"2.7"',
      '"2.8"',
    ])
  })

  it.each([
    ['another device was first', toLeeds, at(6, { ...home, city: 'Bath' })],
    ['nothing is known of what they saw', changeTo({ shipTo: moved }), at(6)],
  ])('is refused where %s, and brings the state along', async (_why, change, current) => {
    answering(session(customerId()), stale(current))
    expect(await send(change)).toMatchObject({
      type: 'refused',
      refusal: { code: 'version-stale' },
      snapshots: [{ payload: { order: current } }],
    })
  })
})
