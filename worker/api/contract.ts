/**
 * What the API takes and gives. The schemas validate requests, describe the routes in OpenAPI,
 * and are the types of the web app.
 */
import { z } from '@hono/zod-openapi'
import { CURRENCIES } from './markets.ts'

const LINES_MAX = 20
const QUANTITY_MAX = 99
export const IDEMPOTENCY_KEY_LENGTH_MAX = 255
export const BODY_BYTES_MAX = 16_384

export const moneySchema = z
  .object({
    amount: z.int().describe('Minor units of the currency: cents for USD'),
    currency: z.string().length(3),
  })
  .openapi('Money')

const couponOfferSchema = z
  .object({
    code: z.string(),
    percentOff: z.int(),
    amountOff: moneySchema,
    minimumSubtotal: moneySchema,
    expiresAt: z.iso.datetime(),
  })
  .openapi('CouponOffer')

export const meSchema = z
  .object({
    customer: z.string(),
    points: z.object({ available: z.int(), frozen: z.int() }),
    coupons: z.array(couponOfferSchema),
  })
  .openapi('Me')

const productSchema = z
  .object({
    sku: z.string(),
    title: z.string(),
    description: z.string(),
    translations: z
      .array(z.object({ language: z.string(), title: z.string(), description: z.string() }))
      .describe('Title and description in other languages than English'),
    category: z.string(),
    image: z.string().describe('Path of the picture on this origin'),
    price: moneySchema.describe('In USD, or else in the first currency that it has a price in'),
    prices: z.array(moneySchema).describe('In every currency that it is sold in'),
    available: z.int().nullable().describe('null while the stock service does not answer'),
  })
  .openapi('Product')
export const catalogSchema = z.object({ products: z.array(productSchema) }).openapi('Catalog')

export const deliveryDaysSchema = z
  .object({
    country: z.string(),
    days: z.array(z.object({ day: z.iso.date(), available: z.int() })),
  })
  .openapi('DeliveryDays')

const lineShape = {
  sku: z.string().min(1).max(40),
  quantity: z.int().min(1).max(QUANTITY_MAX),
}
const basketShape = {
  currency: z.enum(CURRENCIES).optional().describe('USD if it is left out'),
  lines: z.array(z.strictObject(lineShape)).min(1).max(LINES_MAX),
  coupon: z.string().trim().toUpperCase().min(1).max(40).optional(),
  points: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe('What a point pays depends on the currency'),
  delivery: z.strictObject({ day: z.iso.date() }).optional(),
}
export const countrySchema = z.string().regex(/^[A-Z]{2}$/, 'Two capital letters (ISO 3166)')

// Requests are strict: a misspelt `coupon` must not become an order without one.
export const quoteRequestSchema = z
  .strictObject({ ...basketShape, country: countrySchema.optional() })
  .openapi('QuoteRequest')

export const shipToSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    line1: z.string().trim().min(1).max(200),
    city: z.string().trim().min(1).max(100),
    region: z.string().trim().min(1).max(100).optional().describe('State, province, prefecture'),
    postalCode: z.string().trim().max(20).optional().describe('Needed where its country has any'),
    country: countrySchema,
  })
  .openapi('ShipTo')

/** The sandbox's cards. */
const CARD_TOKENS = ['tok_visa', 'tok_declined', 'tok_slow', 'tok_lost'] as const

export const orderRequestSchema = z
  .strictObject({
    ...basketShape,
    shipTo: shipToSchema,
    payment: z.strictObject({ token: z.enum(CARD_TOKENS) }),
    expectedTotal: moneySchema
      .optional()
      .describe('What the page showed; another total is refused with `price-changed`'),
  })
  .openapi('OrderRequest')

export const addressChangeSchema = z.strictObject({ shipTo: shipToSchema }).openapi('AddressChange')

const pricedLineSchema = z.object({
  ...lineShape,
  title: z.string(),
  unitPrice: moneySchema,
  total: moneySchema,
})
const pricesShape = {
  lines: z.array(pricedLineSchema),
  subtotal: moneySchema,
  discount: moneySchema.describe('What the coupon takes off'),
  pointsDiscount: moneySchema,
  shipping: moneySchema,
  total: moneySchema,
}

export const quoteSchema = z
  .object({
    ...pricesShape,
    problems: z
      .array(z.object({ code: z.string(), field: z.string(), title: z.string() }))
      .describe('Why this basket could not be ordered as it is; empty when it could'),
    token: z.string().optional().describe('Send it with the order, as `Quote-Token`'),
  })
  .openapi('Quote')

export const orderStatusSchema = z.enum(['pending', 'confirmed', 'failed', 'cancelled', 'returned'])

const stepViewSchema = z
  .object({
    name: z.string(),
    domain: z.string(),
    kind: z.enum(['compensatable', 'pivot', 'retriable']),
    status: z
      .enum([
        'waiting',
        'started',
        'succeeded',
        'rejected',
        'compensating',
        'compensated',
        'parked',
        'skipped',
        'not-run',
      ])
      .describe(
        '`skipped`: an operator gave up what it was to do, or it was left out; ' +
          '`not-run`: the saga ended before its turn',
      ),
    heldUntil: z.iso
      .datetime()
      .optional()
      .describe('Its service is out of order, and is not asked before then'),
    attempt: z.int().describe('How often the command under way was sent; 0 before the first'),
    startedAt: z.iso.datetime().optional(),
    endedAt: z.iso.datetime().optional(),
    code: z.string().optional().describe('Why it was rejected, is tried again, or is parked'),
  })
  .openapi('Step')

export const failureSchema = z
  .object({
    code: z.string(),
    title: z.string(),
    step: z.string().optional(),
    released: z
      .array(
        z.object({
          domain: z.enum(['inventory', 'coupons', 'points', 'logistics']),
          amount: z
            .string()
            .describe('Units, coupon code, number of points, or day; digits where a number'),
          state: z.enum(['releasing', 'released']),
        }),
      )
      .describe('What was held for the order and is given back'),
    original: z
      .object({ ...basketShape, total: moneySchema })
      .describe('The basket as it was before the order'),
  })
  .openapi('Failure')

export const orderSchema = z
  .object({
    id: z.string(),
    status: orderStatusSchema,
    settled: z.boolean().describe('Nothing moves any more'),
    version: z.int(),
    epoch: z.int().describe('Another one than before: forget which versions were known'),
    sagaId: z.string(),
    placedAt: z.iso.datetime(),
    ...pricesShape,
    coupon: z.string().optional(),
    points: z.int().optional(),
    delivery: z.object({ day: z.iso.date(), region: z.string() }),
    /** Absent once the order's object was restored: nobody else has it. */
    shipTo: shipToSchema.optional(),
    payment: z.object({ token: z.string() }),
    steps: z.array(stepViewSchema),
    cancellable: z.boolean(),
    returnable: z.boolean(),
    failure: failureSchema.optional(),
  })
  .openapi('Order')

/** RFC 9457. `code` never changes its meaning; problems.ts says what each one means. */
export const problemSchema = z
  .object({
    type: z.string().describe('Where the code is explained, on this origin'),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().optional(),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .describe('What is wrong with the input, by field'),
    current: orderSchema
      .optional()
      .describe('The order as it is now, where its version or state stood in the way'),
    service: z.string().optional().describe('Which service is out of order, where one is'),
  })
  .openapi('Problem')

export const orderListSchema = z
  .object({
    orders: z.array(
      z.object({
        id: z.string(),
        status: orderStatusSchema,
        settled: z.boolean(),
        placedAt: z.iso.datetime(),
        total: moneySchema,
        units: z.int(),
      }),
    ),
    next: z.string().nullable().describe('Pass as `before` to get older ones'),
  })
  .openapi('OrderList')

export const orderPollSchema = z
  .object({
    id: z.string(),
    status: orderStatusSchema,
    settled: z.boolean(),
    version: z.int(),
  })
  .openapi('OrderPoll')

export const socketTicketSchema = z
  .object({ ticket: z.string().describe('Good once, for 60 seconds') })
  .openapi('SocketTicket')

/** What the object says over the socket: always the whole order. */
export const serverMessageSchema = z
  .object({
    type: z.enum(['snapshot', 'update']),
    epoch: z.int().describe('Another epoch than before: forget what was known'),
    version: z.int(),
    order: orderSchema,
    failure: failureSchema.optional(),
  })
  .openapi('ServerMessage')

/** What a client may say over the socket. */
export const clientMessageSchema = z.object({ type: z.literal('resume'), after: z.int().min(0) })

export type Problem = z.infer<typeof problemSchema>
export type Me = z.infer<typeof meSchema>
export type CouponOfferView = z.infer<typeof couponOfferSchema>
export type Product = z.infer<typeof productSchema>
export type Catalog = z.infer<typeof catalogSchema>
export type DeliveryDays = z.infer<typeof deliveryDaysSchema>
export type QuoteRequest = z.infer<typeof quoteRequestSchema>
export type Quote = z.infer<typeof quoteSchema>
export type ShipTo = z.infer<typeof shipToSchema>
export type OrderRequest = z.infer<typeof orderRequestSchema>
export type OrderStatus = z.infer<typeof orderStatusSchema>
export type StepView = z.infer<typeof stepViewSchema>
export type Failure = z.infer<typeof failureSchema>
export type OrderView = z.infer<typeof orderSchema>
/** What a caller last knew of an order: versions count within an epoch. */
export type OrderVersion = Pick<OrderView, 'epoch' | 'version'>
export type OrderList = z.infer<typeof orderListSchema>
export type OrderPoll = z.infer<typeof orderPollSchema>
export type SocketTicket = z.infer<typeof socketTicketSchema>
export type ServerMessage = z.infer<typeof serverMessageSchema>
