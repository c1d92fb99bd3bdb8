/** An order as it is shown to whoever was sent its link: nothing to act with, nothing to find its owner by. */
import { z } from '@hono/zod-openapi'
import { failureSchema, orderSchema, shipToSchema } from './contract.ts'

export const followKeySchema = z
  .object({
    key: z.string().describe('Sent as `Follow-Key`; in a link it belongs behind the `#`'),
    until: z.iso.datetime().describe('How long it is good'),
  })
  .openapi('FollowKey')

export const followedOrderSchema = orderSchema
  .pick({
    id: true,
    status: true,
    settled: true,
    version: true,
    epoch: true,
    placedAt: true,
    lines: true,
    subtotal: true,
    discount: true,
    pointsDiscount: true,
    shipping: true,
    total: true,
    delivery: true,
    steps: true,
  })
  .extend({
    shipTo: shipToSchema.pick({ city: true, country: true }).optional(),
    failure: failureSchema.pick({ code: true, title: true }).optional(),
  })
  .openapi('FollowedOrder')

export type FollowKey = z.infer<typeof followKeySchema>
export type FollowedOrder = z.infer<typeof followedOrderSchema>
