/**
 * The world in numbers, each with where it was published; ASSUMED where nothing fitting was found.
 * Times are in milliseconds. Nothing here depends on which policy runs.
 */
import type { Domain } from '../../../worker/domains/reads.ts'

/** Log-normal, by what half of them and 99 of 100 take at most. */
export type Spread = { p50Ms: number; p99Ms: number }

/**
 * What a domain's own work takes. The shape is one server's of a large service: P50 1 ms, P99 10 ms,
 * so ten times (J. Dean, L. A. Barroso, "The Tail at Scale", Communications of the ACM 56(2), 2013,
 * table 1, https://research.google/pubs/the-tail-at-scale/). ASSUMED: the size, ten times theirs,
 * since a command is a transaction of several statements.
 */
const HOLD: Spread = { p50Ms: 10, p99Ms: 100 }

/**
 * An authorisation: under 300 ms is what to aim at, and P99 within two to three times P50 ("Fast API
 * response and the payment experience", Orchestra Solutions,
 * https://orchestrasolutions.com/fast-api-response-payment-experience/). ASSUMED: P50 is half of
 * the aim; P99 is three times that.
 */
const CHARGE: Spread = { p50Ms: 150, p99Ms: 450 }

export const SERVICE: Record<Domain, Spread> = {
  inventory: HOLD,
  coupons: HOLD,
  points: HOLD,
  logistics: HOLD,
  payments: CHARGE,
}

/**
 * How much of a domain is busy without faults and retries. Over three zones so much is provided that
 * two carry all, which is half as much again: two thirds busy at most (B. Weiss, M. Furr, "Static
 * stability using Availability Zones", Amazon Builders' Library,
 * https://aws.amazon.com/builders-library/static-stability-using-availability-zones/). ASSUMED: the
 * card's provider serves many shops, and has more to spare.
 */
export const UTILISATION: Record<Domain, number> = {
  inventory: 0.6,
  coupons: 0.6,
  points: 0.6,
  logistics: 0.6,
  payments: 0.35,
}

/** One way, between Workers. ASSUMED: within a region. */
export const NETWORK: Spread = { p50Ms: 2, p99Ms: 10 }

/**
 * By queue: about 60 ms at the median until a message is taken (J. Wheeler et al., "Durable Objects
 * aren't just durable, they're fast", Cloudflare, 2024,
 * https://blog.cloudflare.com/how-we-built-cloudflare-queues/). ASSUMED: its consumer, which waits for
 * no batch to fill, has it then; P99 is four times that.
 */
export const QUEUE: Spread = { p50Ms: 60, p99Ms: 240 }

/**
 * Requests that are answered with an error, and did nothing: as many as Amazon S3's service level
 * agreement lets pass, 0.1 % (https://aws.amazon.com/s3/sla/).
 */
export const TRANSIENT_SHARE = 0.001

/** Commands that are carried out, and whose reply never comes. ASSUMED: half as many. */
export const LOST_REPLY_SHARE = 0.0005

/**
 * Cards that are declined: about 80 % of online Visa payments are authorised ("Card-not-present
 * payments", Authorize.net, a Visa service, 2026,
 * https://www.authorize.net/resources/blog/2026/card-not-present-payments.html).
 */
export const DECLINED_SHARE = 0.2

/**
 * Orders with a coupon: 8 % without a sale (the example of "Coupon usage rate", Heatmap,
 * https://www.heatmap.com/glossary/coupon-usage-rate). ASSUMED: with points, the same.
 */
export const COUPON_SHARE = 0.08
export const POINTS_SHARE = 0.08

/**
 * ASSUMED: a shopper whose order is refused tries again as often, and then leaves. Each time they wait
 * for as long as they were told, to twice that, at random, so that few come back at the same moment.
 */
export const SHOPPER_RETRIES_MAX = 5

/** ASSUMED: an isolate for so many orders a second, with a desk of its own. */
export const ORDERS_PER_ISOLATE = 125
