/** What the shop says of its services: a part of the contract. */
import { z } from '@hono/zod-openapi'

export const serviceStatusSchema = z
  .object({
    services: z.array(
      z.object({
        service: z.string(),
        state: z
          .enum(['closed', 'open', 'half-open'])
          .describe('Of its breaker. `open`: it is out of order; `half-open`: it is being tried'),
        retryAfterS: z.int().describe('In how many seconds it is tried again; 0 unless open'),
      }),
    ),
  })
  .openapi('ServiceStatus')

/** What the socket of `GET /api/status/socket` says, at once and after each change. */
export const statusMessageSchema = serviceStatusSchema
  .extend({ type: z.literal('status') })
  .openapi('StatusMessage')

export type ServiceStatus = z.infer<typeof serviceStatusSchema>
export type StatusMessage = z.infer<typeof statusMessageSchema>
