/** Parts that the inputs of several domains' steps share. */
import * as z from 'zod'
import { type CustomerId, isCustomerId } from '../../durable-objects/core/ids.ts'

export const customerSchema = z.custom<CustomerId>(
  (value) => typeof value === 'string' && isCustomerId(value),
)

export const moneySchema = z.object({
  amount: z.int().min(0),
  currency: z.string().regex(/^[A-Z]{3}$/),
})
