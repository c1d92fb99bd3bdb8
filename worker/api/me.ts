/** `GET /api/me`: the customer's points and coupons. */
import { OpenAPIHono, createRoute } from '@hono/zod-openapi'
import { meSchema } from './contract.ts'
import { type ApiContext, ask } from './ports.ts'
import { READER_PROBLEMS, jsonAnswer, problems } from './route-problems.ts'
import { requireSession } from './session/require-session.ts'

const readMe = createRoute({
  method: 'get',
  path: '/api/me',
  operationId: 'readMe',
  tags: ['Session'],
  summary: 'Points, and the coupons that can be used',
  security: [{ cookie: [] }, { bearer: [] }],
  middleware: requireSession,
  responses: { 200: jsonAnswer('The customer', meSchema), ...problems(...READER_PROBLEMS) },
})

export const me = new OpenAPIHono<ApiContext>().openapi(readMe, async (c) => {
  const customer = c.get('customer')
  const [points, coupons] = await Promise.all([
    ask('points', async () => {
      const { POINTS } = c.env
      const balance = await POINTS.balance(customer)
      if (balance.available + balance.frozen > 0) return balance
      // All is spent; or the account could not be opened with the session.
      await POINTS.openAccount(customer)
      return POINTS.balance(customer)
    }),
    ask('coupons', () => c.env.COUPONS.offers(customer)),
  ])
  return c.json({ customer, points, coupons }, 200)
})
