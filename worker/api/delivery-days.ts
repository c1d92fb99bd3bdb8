/** `GET /api/delivery-days`: when an order can arrive. */
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { countrySchema, deliveryDaysSchema } from './contract.ts'
import { type ApiContext, ask } from './ports.ts'
import { ProblemError } from './problem-error.ts'
import { jsonAnswer, problems } from './route-problems.ts'

const readDeliveryDays = createRoute({
  method: 'get',
  path: '/api/delivery-days',
  operationId: 'readDeliveryDays',
  tags: ['Shop'],
  summary: 'Days on which we deliver to a country, and what each can still take',
  request: { query: z.object({ country: countrySchema }) },
  responses: {
    200: jsonAnswer('The coming days', deliveryDaysSchema),
    ...problems('invalid-input', 'country-not-served', 'service-unavailable'),
  },
})

export const deliveryDays = new OpenAPIHono<ApiContext>().openapi(readDeliveryDays, async (c) => {
  const { country } = c.req.valid('query')
  const days = await ask('logistics', () => c.env.LOGISTICS.days(country))
  if (days.length === 0) throw new ProblemError('country-not-served')
  return c.json({ country, days }, 200)
})
