import { sign } from 'hono/jwt'
import { afterEach, expect, it, vi } from 'vitest'
import { SESSION_S_MAX, customerOf, issueToken } from '../../worker/api/session/session-token.ts'
import { customerOfNumber } from './support/doubles.ts'

const SECRET = 'a secret of the tests'
const customer = customerOfNumber(7)
const aud = 'edge-saga-session'
const exp = 4_000_000_000

afterEach(() => {
  vi.useRealTimers()
})

it('says who was given it', async () => {
  expect(await customerOf(await issueToken(customer, SECRET, Date.now()), SECRET)).toBe(customer)
})

it('is good for 180 days and not a second longer', async () => {
  vi.useFakeTimers({ now: 0 })
  const token = await issueToken(customer, SECRET, 0)
  vi.setSystemTime(SESSION_S_MAX * 1_000 - 1)
  expect(await customerOf(token, SECRET)).toBe(customer)
  vi.setSystemTime(SESSION_S_MAX * 1_000)
  expect(await customerOf(token, SECRET)).toBeNull()
})

it('is not good under another secret', async () => {
  const token = await issueToken(customer, 'another secret', Date.now())
  expect(await customerOf(token, SECRET)).toBeNull()
})

it('T1: names HS256 and no other algorithm', async () => {
  const token = await sign({ sub: customer, aud, exp }, SECRET, 'HS512')
  expect(await customerOf(token, SECRET)).toBeNull()
  const unsigned = [
    { alg: 'none', typ: 'JWT' },
    { sub: customer, aud, exp },
  ]
    .map((part) => btoa(JSON.stringify(part)).replaceAll('=', ''))
    .join('.')
  expect(await customerOf(`${unsigned}.`, SECRET)).toBeNull()
})

it('T2: has an end', async () => {
  expect(await customerOf(await sign({ sub: customer, aud }, SECRET, 'HS256'), SECRET)).toBeNull()
})

it.each([
  ['of another kind', { sub: customer, aud: 'something-else', exp }],
  ['of no customer', { sub: 'somebody', aud, exp }],
  ['without a subject', { aud, exp }],
])('a token %s is not a session', async (_what, payload) => {
  expect(await customerOf(await sign(payload, SECRET, 'HS256'), SECRET)).toBeNull()
})

it.each(['', 'x', 'a.b.c', '..'])('%j is no token', async (token) => {
  expect(await customerOf(token, SECRET)).toBeNull()
})
