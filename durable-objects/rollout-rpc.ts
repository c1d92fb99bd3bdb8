/** What a saga's rollout can be asked, and what it answers. Every call may be repeated. */
import * as z from 'zod'
import {
  type CanarySettings,
  type Figures,
  endingSchema,
  someCanarySettingsSchema,
} from './core/canary.ts'
import type { Operator } from './core/events.ts'
import { type Rollout, type Split, splitSchema } from './core/rollout.ts'

/** A saga at rest, as the saga log tells of it; of one that was told before, nothing counts again. */
export const restSchema = z.object({
  sagaId: z.string(),
  version: z.int(),
  ending: endingSchema,
  startedAtMs: z.int(),
  tookMs: z.int().min(0),
})
export type Rest = z.infer<typeof restSchema>

/** How an operator wants it, with who and why; settings that are left out are as configured. */
export const rolloutChangeSchema = splitSchema.extend({
  isAutomatic: z.boolean(),
  settings: someCanarySettingsSchema.exactOptional(),
  by: z.string(),
  reason: z.string(),
  /** The `etag` of what it was decided on. */
  ifMatch: z.string().exactOptional(),
})
export type RolloutChange = z.infer<typeof rolloutChangeSchema>

/** `by` is `canary` where it moved on its own. */
export type RolloutStep = Operator & Split & { atMs: number }

export type RolloutInspection = Rollout & {
  /** Of orders at rest since the share last changed. */
  figures: { stable: Figures; candidate: Figures }
  /** What the figures say; null where nothing is under way. */
  verdict: string | null
  settings: CanarySettings
  /** Newest first. */
  changes: RolloutStep[]
  /** Another one after each decision (RO12). */
  etag: string
}

export interface RolloutRpc {
  split(): Promise<Split>
  /** From the saga log's consumer. */
  observe(rests: Rest[]): Promise<void>
  /** From intake: `version` could not begin an order, again and again, and the stable version could. */
  couldNotBegin(version: number, why: string): Promise<void>
  /** From operators. */
  inspect(): Promise<RolloutInspection>
  /** Null: it is not as `ifMatch` says any more, and stays as it is. */
  change(change: RolloutChange): Promise<RolloutInspection | null>
}

/** Where rollouts are reached, by the names of their sagas. */
export interface Rollouts {
  getByName(saga: string): RolloutRpc
}
