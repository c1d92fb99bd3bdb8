/** What a domain's breaker can be asked, and what it answers. Every call may be repeated. */
import * as z from 'zod'
import {
  type BreakerAnswer,
  type BreakerSettings,
  type BreakerState,
  type Force,
  type Outcomes,
  breakerAnswerSchema,
  forceSchema,
  someSettingsSchema,
} from './core/breaker.ts'
import type { Operator } from './core/events.ts'
import { type Load, type Traffic, loadSchema } from './core/load.ts'

/** What an operator changes, with who and why; what is left out stays. */
export const breakerChangeSchema = z.object({
  settings: someSettingsSchema.exactOptional(),
  force: forceSchema.exactOptional(),
  by: z.string(),
  reason: z.string(),
  /** The `etag` of what it was decided on. */
  ifMatch: z.string().exactOptional(),
})
export type BreakerChange = z.infer<typeof breakerChangeSchema>

export type BreakerInspection = {
  domain: string
  state: BreakerState
  openForMs: number
  force: Force
  settings: BreakerSettings
  failedInARow: number
  /** Within the window. */
  requests: number
  load: Load
  /** The last change by an operator. */
  changed: (Operator & { atMs: number }) | null
  /** Another one after each of these. */
  etag: string
}

export const exchangeAnswerSchema = breakerAnswerSchema.extend({ load: loadSchema })
export type ExchangeAnswer = BreakerAnswer & { load: Load }

export interface BreakerRpc {
  /** From those who wait for the domain: what they have met, and sent, since the last time. */
  exchange(outcomes: Outcomes, traffic: Traffic): Promise<ExchangeAnswer>
  /** From operators. */
  inspect(): Promise<BreakerInspection>
  /** Null: it has been changed since it was as `ifMatch` says, and stays so. */
  change(change: BreakerChange): Promise<BreakerInspection | null>
}

/** What has become of a breaker. */
export const breakerNewsSchema = breakerAnswerSchema.extend({
  domain: z.string(),
  /** Open by an operator's word, until the next one. */
  isHeld: z.boolean(),
})
export type BreakerNews = z.infer<typeof breakerNewsSchema>

/** The object that pages watch. Its `fetch` is a socket. */
export interface StatusBoardRpc {
  tell(news: BreakerNews): Promise<void>
}

/** There is one for all. */
export const STATUS_BOARD = 'shop'

/** Where breakers are reached, by the names of their domains. */
export interface Breakers {
  getByName(domain: string): Pick<BreakerRpc, 'exchange'>
}
