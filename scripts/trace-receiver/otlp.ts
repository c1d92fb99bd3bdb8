/** As much of OTLP/JSON as it takes to show a trace. */
import { z } from 'zod'

const attributesSchema = z
  .array(
    z.object({
      key: z.string(),
      value: z.looseObject({
        stringValue: z.string().optional(),
        // 64 bits are a string in JSON; a number is taken, too.
        intValue: z.coerce.number().optional(),
        doubleValue: z.number().optional(),
        boolValue: z.boolean().optional(),
      }),
    }),
  )
  .default([])
  .transform((list) =>
    Object.fromEntries(
      list.map(({ key, value }) => [
        key,
        value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue ?? '',
      ]),
    ),
  )

const nanosSchema = z.union([z.string().regex(/^\d+$/), z.int()]).transform((text) => BigInt(text))

export const otlpSpanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().default(''),
  name: z.string(),
  kind: z.int().default(0),
  /** W3C's in the lowest byte; then whether it is known that the parent is elsewhere, and whether it is. */
  flags: z.int().default(0),
  startTimeUnixNano: nanosSchema,
  endTimeUnixNano: nanosSchema,
  attributes: attributesSchema,
  events: z
    .array(z.object({ name: z.string(), timeUnixNano: nanosSchema, attributes: attributesSchema }))
    .default([]),
  status: z.object({ code: z.int().default(0), message: z.string().default('') }).default({
    code: 0,
    message: '',
  }),
})
export type OtlpSpan = z.infer<typeof otlpSpanSchema>

export const exportRequestSchema = z.object({
  resourceSpans: z
    .array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(otlpSpanSchema) })) }))
    .default([]),
})
