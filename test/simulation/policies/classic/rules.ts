/** What differs between the two policies that are compared with ours. */
import type { Domain } from '../../../../worker/domains/reads.ts'

export type Retries = {
  retriesMax: number
  /** Before retry number `retry`, from 1; `jitter` is in [0, 1). */
  pauseMs(retry: number, jitter: number): number
}

export type Rules = {
  timeoutMs: number
  actions: Retries
  /** Compensations, and what follows the charge. */
  afterwards: Retries
  /** After how many seconds to come again; null: the order is taken in. */
  refusal(domains: readonly Domain[]): number | null
  /** Whether to send a request at all; asked once for each. */
  mayAsk(domain: Domain): boolean
  met(domain: Domain, isWell: boolean): void
}

/**
 * One for all steps, and the one that ours begin with. It is generous: it ends fewer than 1 of 1,000
 * charges in vain, which is what Amazon aims at (M. Brooker, "Timeouts, retries, and backoff with
 * jitter", Amazon Builders' Library,
 * https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/).
 */
export const TIMEOUT_MS = 1_000

/** The part of a saga's deadline in which actions may begin: as ours. */
export const FORWARD_MS = 2_000
