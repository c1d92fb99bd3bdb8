/** What operators are told of a rollout, and how they say what they want. */
import { z } from '@hono/zod-openapi'
import {
  canarySettingsSchema,
  someCanarySettingsSchema,
} from '../../../durable-objects/core/canary.ts'
import { splitSchema } from '../../../durable-objects/core/rollout.ts'
import { versionsOf } from '../../../durable-objects/sagas/registry.ts'
import { repairSchema } from './contract.ts'
import { etagSchema } from './decisions.ts'

const rate = z.number().min(0).max(1).nullable()
const figuresSchema = z
  .object({
    orders: z
      .int()
      .describe(
        'At rest since the share changed; of very many the newest, of both versions since the same moment; ' +
          'not those called off',
      ),
    successRate: rate.describe('Completed'),
    errorRate: rate.describe('Parked, or out of time'),
    p95Ms: z.int().nullable().describe('From placing to rest'),
  })
  .openapi('RolloutFigures')

export const rolloutSchema = z
  .object({
    saga: z.string(),
    versions: z.array(z.int()).describe('That there are'),
    ...splitSchema.shape,
    automatic: z.boolean().describe('Whether the share moves on its own'),
    stepEndsAt: z.iso.datetime().nullable().describe('Not before then the share grows'),
    figures: z.object({ stable: figuresSchema, candidate: figuresSchema }),
    verdict: z.string().nullable().describe('What the figures say; null: nothing is under way'),
    settings: canarySettingsSchema,
    changes: z
      .array(
        z.object({
          ...splitSchema.shape,
          at: z.iso.datetime(),
          by: z.string().describe('`canary`: on its own'),
          reason: z.string(),
        }),
      )
      .describe('Newest first'),
    etag: etagSchema,
  })
  .openapi('Rollout')
export type RolloutView = z.infer<typeof rolloutSchema>

export const rolloutChangeSchema = z
  .strictObject({
    ...repairSchema.shape,
    stable: z.int().min(1).describe('What new orders begin on'),
    candidate: z.int().min(1).nullable().default(null).describe('Except those of some customers'),
    percent: z.int().min(0).max(100).default(0).describe('Of customers; they stay the same ones'),
    automatic: z
      .boolean()
      .default(false)
      .describe('A canary: its share grows while its figures hold, and goes when they do not'),
    settings: someCanarySettingsSchema.exactOptional(),
  })
  .openapi('RolloutChange')
export type RolloutChangeRequest = z.infer<typeof rolloutChangeSchema>
/** As it is sent. */
export type RolloutChangeInput = z.input<typeof rolloutChangeSchema>

type FieldError = { field: string; message: string }

/** What cannot be, by field. `saga`: whose versions are meant. */
export function rolloutErrors(
  saga: string,
  { stable, candidate, percent, automatic }: RolloutChangeRequest,
): FieldError[] {
  const known = versionsOf(saga)
  const unknown = `There are the versions ${known.join(', ')} of ${saga}.`
  const errors: FieldError[] = []
  if (!known.includes(stable)) errors.push({ field: 'stable', message: unknown })
  if (candidate === null) {
    const message = 'There is no candidate.'
    if (percent > 0) errors.push({ field: 'percent', message })
    if (automatic) errors.push({ field: 'automatic', message })
  } else if (!known.includes(candidate)) {
    errors.push({ field: 'candidate', message: unknown })
  } else if (candidate === stable) {
    errors.push({ field: 'candidate', message: 'It is the stable version.' })
  } else if (automatic && percent === 100) {
    errors.push({ field: 'percent', message: 'Nobody would be left to compare with.' })
  }
  return errors
}
