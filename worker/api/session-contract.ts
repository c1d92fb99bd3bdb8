/** Who somebody is: a part of the contract. */
import { z } from '@hono/zod-openapi'

export const sessionSchema = z
  .object({
    customer: z.string(),
    token: z.string().describe('Bearer token of API clients; pages use the cookie'),
    development: z.literal(true).optional().describe('Things can be made to go wrong here'),
  })
  .openapi('Session')

export type Session = z.infer<typeof sessionSchema>
