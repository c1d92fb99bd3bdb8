/** What operators say and are told of webhooks. */
import { z } from '@hono/zod-openapi'
import { URL_LENGTH_MAX, addressFault } from '../../../webhooks/address.ts'
import { EVENT_TYPES } from '../../../webhooks/events.ts'
import { DELIVERY_STATUSES, ENDPOINT_STATUSES } from '../../../webhooks/schema.ts'
import { moneySchema } from '../../contract.ts'
import { repairSchema } from '../contract.ts'

// Replaced at build time.
const isProduction = process.env.NODE_ENV === 'production'

const urlSchema = z
  .string()
  .max(URL_LENGTH_MAX)
  .superRefine((url, context) => {
    const message = addressFault(url, isProduction)
    if (message !== null) context.addIssue({ code: 'custom', message })
  })
  .transform((url) => new URL(url).href)
  .openapi({
    type: 'string',
    format: 'uri',
    description: 'https, a public host. In development also http://localhost',
  })

const eventsSchema = z
  .array(z.enum(EVENT_TYPES))
  .min(1)
  .transform((events) => [...new Set(events)])
  .openapi({ description: 'The types that it hears of' })

/** What an endpoint is sent. */
export const webhookEventSchema = z
  .object({
    type: z.enum(EVENT_TYPES),
    timestamp: z.iso.datetime(),
    data: z.strictObject({
      orderId: z.string(),
      status: z.enum(['confirmed', 'failed', 'cancelled', 'returned']),
      total: moneySchema,
      units: z.int(),
      customer: z.string(),
      startedAt: z.iso.datetime().describe('When the order was placed, or its return asked for'),
      failureCode: z.string().optional().describe('Why it failed'),
    }),
  })
  .openapi('WebhookEvent')

export const registrationSchema = repairSchema
  .extend({ url: urlSchema, events: eventsSchema.default([...EVENT_TYPES]) })
  .openapi('WebhookRegistration')

export const endpointChangeSchema = repairSchema
  .extend({
    url: urlSchema.optional(),
    events: eventsSchema.optional(),
    status: z.enum(['active', 'paused']).optional(),
  })
  .openapi('WebhookChange')

export const endpointSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    events: z.array(z.enum(EVENT_TYPES)),
    status: z
      .enum(ENDPOINT_STATUSES)
      .describe(
        '`paused`: events are kept for it; `gone`: it answered 410, and hears of nothing until an ' +
          'operator makes it active again',
      ),
    createdAt: z.iso.datetime().describe('It hears of sagas that began later'),
    previousSecretUntil: z.iso
      .datetime()
      .nullable()
      .describe('Until then a replaced secret signs, too'),
    changed: z
      .object({ at: z.iso.datetime(), by: z.string(), reason: z.string() })
      .describe('The last time by an operator'),
  })
  .openapi('Webhook')

export const endpointListSchema = z
  .object({ webhooks: z.array(endpointSchema) })
  .openapi('WebhookList')

export const endpointWithSecretSchema = endpointSchema
  .extend({ secret: z.string().describe('Shown this once') })
  .openapi('WebhookWithSecret')

export const deliverySchema = z
  .object({
    eventId: z.string().describe('The `webhook-id` of the request'),
    type: z.string(),
    orderId: z.string().nullable(),
    payload: z.unknown(),
    at: z.iso.datetime(),
    status: z.enum(DELIVERY_STATUSES),
    attempts: z.int().describe('Since it was last replayed'),
    nextAt: z.iso
      .datetime()
      .nullable()
      .describe('When it is tried next, about; if its endpoint is active'),
    lastStatus: z.int().nullable().describe('What the endpoint answered last, if it did'),
    lastError: z.string().nullable(),
    deliveredAt: z.iso.datetime().nullable(),
    replayed: z
      .object({ at: z.iso.datetime(), by: z.string(), reason: z.string() })
      .nullable()
      .describe('The last time'),
  })
  .openapi('WebhookDelivery')

export const deliveryListSchema = z
  .object({
    deliveries: z.array(deliverySchema),
    next: z.string().nullable().describe('Pass as `after` to get older ones'),
  })
  .openapi('WebhookDeliveryList')

export const replayReportSchema = z
  .object({
    replayed: z.int(),
    more: z.boolean().describe('Repeat it: there may be more dead ones'),
  })
  .openapi('WebhookReplayReport')

export type EndpointView = z.infer<typeof endpointSchema>
export type DeliveryView = z.infer<typeof deliverySchema>
export type DeliveryList = z.infer<typeof deliveryListSchema>
export type EndpointList = z.infer<typeof endpointListSchema>
export type EndpointWithSecret = z.infer<typeof endpointWithSecretSchema>
export type ReplayReport = z.infer<typeof replayReportSchema>
