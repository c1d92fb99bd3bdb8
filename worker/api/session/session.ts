/** `POST /api/session`: who I am, or a new guest. */
import { OpenAPIHono, createRoute } from '@hono/zod-openapi'
import { setCookie } from 'hono/cookie'
import { type CustomerId, isCustomerId } from '../../../durable-objects/core/ids.ts'
import { sessionSchema } from '../session-contract.ts'
import { logWarning } from '../../../durable-objects/log.ts'
import { randomHex } from '../../random-hex.ts'
import { type ApiContext, ask } from '../ports.ts'
import { limitAddress } from '../rate-limits/rate-limits.ts'
import { jsonAnswer, problems } from '../route-problems.ts'
import {
  SESSION_COOKIE,
  cookiePrefix,
  presentCustomer,
  sessionSecretOf,
} from './require-session.ts'
import { SESSION_S_MAX, issueToken } from './session-token.ts'

const CUSTOMER_ID_BYTES = 16

const openSession = createRoute({
  method: 'post',
  path: '/api/session',
  operationId: 'openSession',
  tags: ['Session'],
  summary: 'Open a guest session, or prolong the one there is',
  middleware: limitAddress,
  responses: {
    200: jsonAnswer('The session. It is also set as a cookie.', sessionSchema),
    ...problems('foreign-origin', 'rate-limited', 'not-configured'),
  },
})

export const session = new OpenAPIHono<ApiContext>().openapi(openSession, async (c) => {
  const secret = sessionSecretOf(c.env)
  const present = await presentCustomer(c, secret)
  const customer = present ?? newCustomer()
  if (present === null) await openAccount(c.env, customer)
  const token = await issueToken(customer, secret, Date.now())
  setCookie(c, SESSION_COOKIE, token, {
    httpOnly: true,
    sameSite: 'Strict',
    path: '/',
    maxAge: SESSION_S_MAX,
    ...(cookiePrefix(c) === 'host' && { prefix: 'host', secure: true }),
  })
  const isDevelopment = process.env.NODE_ENV !== 'production'
  return c.json({ customer, token, ...(isDevelopment && { development: true as const }) }, 200)
})

function newCustomer(): CustomerId {
  const id = `cus_${randomHex(CUSTOMER_ID_BYTES)}`
  if (!isCustomerId(id)) throw new RangeError(`not a customer id: ${id}`)
  return id
}

/** A session needs no points: where the account cannot be opened now, `GET /api/me` does it. */
async function openAccount(env: ApiContext['Bindings'], customer: CustomerId): Promise<void> {
  try {
    await ask('points', () => env.POINTS.openAccount(customer))
  } catch (error) {
    logWarning('account-not-opened', { customer }, error)
  }
}
