/** What operators are told. */
import { z } from '@hono/zod-openapi'
import {
  breakerSettingsSchema,
  breakerStateSchema,
  forceSchema,
  someSettingsSchema,
} from '../../../durable-objects/core/breaker.ts'
import { loadSchema } from '../../../durable-objects/core/load.ts'
import {
  directionSchema,
  orderIdSchema,
  sagaIdSchema,
} from '../../../durable-objects/core/messages.ts'
import { DOMAINS } from '../../domains/reads.ts'
import { LETTER_KINDS } from '../../saga-log/schema.ts'
import { etagSchema } from './decisions.ts'
import { moneySchema, orderSchema, orderStatusSchema } from '../contract.ts'

export const SAGA_STATUSES = [
  'running',
  'compensating',
  'parked',
  'completed',
  'compensated',
] as const

const sagaListingSchema = z
  .object({
    sagaId: z.string(),
    orderId: z.string(),
    definition: z.string(),
    version: z.int(),
    status: z.string(),
    customer: z.string(),
    orderStatus: orderStatusSchema,
    settled: z.boolean(),
    total: moneySchema,
    units: z.int(),
    startedAt: z.iso.datetime(),
    deadlineAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    lastSeq: z.int().describe("The order's version that this row tells of"),
    traceId: z.string(),
    failureCode: z.string().nullable(),
    hasGap: z.boolean().describe('Transitions are missing in D1; the object will send them again'),
    pruned: z
      .boolean()
      .describe('It ended so long ago that D1 keeps no transitions of it; its object has them'),
  })
  .openapi('SagaListing')

export const sagaListSchema = z
  .object({
    sagas: z.array(sagaListingSchema),
    next: z.string().nullable().describe('Pass as `after` to get older ones'),
  })
  .openapi('SagaList')

export const sagaDetailSchema = z
  .object({
    order: orderSchema.omit({ shipTo: true }),
    customer: z.string(),
    sagas: z.array(
      z.object({
        sagaId: z.string(),
        definition: z.string(),
        version: z.int(),
        status: z.string(),
      }),
    ),
    transitions: z
      .array(
        z.object({
          seq: z.int(),
          sagaId: z.string(),
          atMs: z.int(),
          events: z.array(z.looseObject({ type: z.string() })),
        }),
      )
      .describe("The object's journal: the truth"),
    epoch: z.int().describe('Raised by each restoration'),
    writeOffs: z
      .array(
        z.object({
          sagaId: z.string(),
          step: z.string(),
          domain: z.string(),
          direction: directionSchema,
          atMs: z.int(),
          by: z.string(),
          reason: z.string(),
        }),
      )
      .describe('Steps that an operator has given up'),
    log: z
      .object({ count: z.int(), lastSeq: z.int(), pruned: z.boolean(), isEqual: z.boolean() })
      .nullable()
      .describe(
        "D1's copy of it, about a second behind while the order runs; `pruned`: D1 keeps none of it any " +
          'more, and is not equal; null while D1 does not answer',
      ),
  })
  .openapi('SagaDetail')

const operatorShape = {
  by: z.string().trim().min(1).max(100).describe('Who does it'),
  reason: z.string().trim().min(1).max(500).describe('Why. Both are kept'),
}

/** Who repairs, and why. */
export const repairSchema = z.strictObject(operatorShape).openapi('Repair')

export const stepRepairSchema = z
  .strictObject({ ...operatorShape, step: z.string().min(1).max(64) })
  .openapi('StepRepair')

export const breakerSchema = z
  .object({
    domain: z.string(),
    state: breakerStateSchema.describe('`half-open`: a few are let through, to see how it is'),
    openForMs: z.int().describe('Until it is half-open'),
    force: forceSchema.describe('What an operator said; `auto`: what was counted decides'),
    settings: breakerSettingsSchema,
    failedInARow: z.int(),
    requests: z.int().describe('Whose outcome was seen within the window'),
    load: loadSchema.describe('Lately: how long replies took, and whether more can be taken'),
    changed: z
      .object({ at: z.iso.datetime(), by: z.string(), reason: z.string() })
      .nullable()
      .describe('The last time by an operator'),
    etag: etagSchema,
  })
  .openapi('Breaker')

export const breakerListSchema = z
  .object({ breakers: z.array(breakerSchema) })
  .openapi('BreakerList')

export const breakerChangeSchema = z
  .strictObject({
    ...operatorShape,
    settings: someSettingsSchema.exactOptional(),
    force: forceSchema.exactOptional(),
  })
  .refine(({ force, settings = {} }) => force !== undefined || Object.keys(settings).length > 0, {
    path: ['force'],
    error: 'Neither this nor a setting is given',
  })
  .openapi('BreakerChange')

const PART_ORDERS_MAX = 500

export const rebuildSchema = z
  .strictObject({
    after: orderIdSchema
      .optional()
      .openapi({ type: 'string', description: '`next` of the part before' }),
    limit: z.int().min(1).max(PART_ORDERS_MAX),
  })
  .openapi('Rebuild')

export const rebuildReportSchema = z
  .object({
    poked: z.int(),
    failed: z.int().describe('Orders whose object did not answer. Repeat this part to reach them'),
    next: z.string().nullable().describe('Pass as `after` to go on; null: all were poked'),
  })
  .openapi('RebuildReport')

/** What is paid or given back, the provider has kept: the payments need no reminder. */
export const remindedDomainSchema = z.enum(DOMAINS).exclude(['payments'])
export type RemindedDomain = z.infer<typeof remindedDomainSchema>

export const reminderSchema = z
  .strictObject({
    since: z.iso
      .datetime()
      .describe('What its database was brought back to; orders that moved before are not asked'),
    after: sagaIdSchema
      .optional()
      .openapi({ type: 'string', description: '`next` of the part before' }),
    limit: z.int().min(1).max(PART_ORDERS_MAX),
  })
  .openapi('Reminder')

export const reminderReportSchema = z
  .object({
    orders: z.int(),
    done: z.int().describe('Steps that the domain has carried out, now or before'),
    refused: z
      .array(
        z.object({ sagaId: z.string(), step: z.string(), direction: z.string(), code: z.string() }),
      )
      .describe('What it will not do again'),
    failed: z
      .int()
      .describe('Orders that did not answer, or could not reach the domain. Repeat this part'),
    next: z.string().nullable().describe('Pass as `after` to go on; null: that was all'),
  })
  .openapi('ReminderReport')

export const traceSentSchema = z
  .object({
    orderId: z.string(),
    transitions: z.int().describe('Up to this one'),
  })
  .openapi('TraceSent')

const markSchema = z.object({ at: z.iso.datetime(), by: z.string(), reason: z.string() }).nullable()

export const deadLetterSchema = z
  .object({
    messageId: z.string(),
    at: z.iso.datetime().describe("The message's time, by the queue's clock"),
    kind: z.enum(LETTER_KINDS),
    orderId: z.string().nullable(),
    sagaId: z.string().nullable(),
    step: z.string().nullable(),
    body: z.unknown().describe('As it came; the beginning of its text where that was too long'),
    isWhole: z.boolean().describe('False: it could not be kept whole, and is never sent again'),
    replayed: markSchema.describe('When it was last sent again'),
    dismissed: markSchema.describe('When somebody last said that nothing is to be done about it'),
  })
  .openapi('DeadLetter')

export const deadLetterListSchema = z
  .object({
    letters: z.array(deadLetterSchema),
    next: z.string().nullable().describe('Pass as `after` to get older ones'),
  })
  .openapi('DeadLetterList')

export const sweepReportSchema = z
  .object({
    found: z.int().describe('Orders that stood still or had a gap'),
    poked: z.int(),
    failed: z.int(),
    leases: z.object({
      asked: z
        .int()
        .describe('Holds that outlived their lease, and unknown captures: each order was asked'),
      kept: z.int(),
      released: z.int().describe('On the word of the order: released, or refunded'),
      unanswered: z.int().describe('Kept, because the order did not answer'),
      failed: z.int().describe('Domains that did not answer'),
    }),
    webhooks: z.object({
      sent: z
        .int()
        .describe('Deliveries of webhooks that were due, and were handed to their queue'),
    }),
    sagaLog: z.object({
      pruned: z.int().describe('Sagas so old that their transitions were deleted in D1'),
    }),
  })
  .openapi('SweepReport')

const violationSchema = z
  .object({
    domain: z.string().describe('A domain, or `saga-log`'),
    law: z.string(),
    subject: z.string().describe('What it is about: an order, a SKU, a coupon'),
    detail: z.string(),
  })
  .openapi('Violation')

export const auditReportSchema = z
  .object({
    ok: z.boolean(),
    checkedAt: z.iso.datetime(),
    counts: z.object({
      orders: z.int(),
      unsettled: z.int().describe('Orders in which something still moves'),
      openHolds: z.int(),
      payments: z.int(),
      logBehind: z.int().describe('Orders at rest whose last transitions are on their way to D1'),
      writeOffs: z.int().describe('Steps that operators have given up: what may be out of balance'),
    }),
    violations: z.array(violationSchema),
    next: z.string().nullable().describe('Pass as `after` to go on; null: all were seen'),
  })
  .openapi('AuditReport')

export type SagaListing = z.infer<typeof sagaListingSchema>
export type SagaList = z.infer<typeof sagaListSchema>
export type SagaDetail = z.infer<typeof sagaDetailSchema>
export type DeadLetter = z.infer<typeof deadLetterSchema>
export type DeadLetterList = z.infer<typeof deadLetterListSchema>
export type Breaker = z.infer<typeof breakerSchema>
export type BreakerList = z.infer<typeof breakerListSchema>
export type BreakerChange = z.infer<typeof breakerChangeSchema>
export type DomainReminderReport = z.infer<typeof reminderReportSchema>
export type RebuildReport = z.infer<typeof rebuildReportSchema>
export type SweepReport = z.infer<typeof sweepReportSchema>
export type TraceSent = z.infer<typeof traceSentSchema>
export type AuditReport = z.infer<typeof auditReportSchema>
