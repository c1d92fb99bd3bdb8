/**
 * What goes wrong, when, and for how long: the same for every policy, and again every `CYCLE_S`.
 *
 * Published incidents are minutes to hours long and weeks apart. Here they are seconds long and
 * seconds apart, since a run that waited for them would take days; so a P99 says as much about how
 * much of the time something is wrong as about a policy. What they are like is published:
 *
 * - A failover: "typically less than 35 seconds" (Amazon RDS, `FailoverDBCluster`,
 *   https://docs.aws.amazon.com/goto/WebAPI/rds/FailoverDBCluster). ASSUMED, `usual`: a service that
 *   few orders need is away for 4 s, and one that all need for half a second. `hard`: 12 s, and 1.2 s,
 *   which is longer than a step waits.
 * - A zone that is lost: a third of the capacity (see `UTILISATION`).
 * - A provider that answers, but slowly. That it is driven deeper by those who ask again is what
 *   happened to Stripe on 2015-12-17
 *   (https://www.outagereports.net/outage-postmortem-2015-12-17-utc-stripe/), and in at least 4 of 15
 *   major outages of AWS (L. Huang et al., "Metastable Failures in the Wild", OSDI '22,
 *   https://www.usenix.org/conference/osdi22/presentation/huang-lexiang). ASSUMED: twice as slow, and
 *   for how long: so that the P99 of breaker and backoff comes out near what was published.
 */
import type { Domain } from '../../../worker/domains/reads.ts'

export type Incident = { domain: Domain; fromS: number; forS: number } & (
  | { kind: 'stall' }
  /** So many times as long for each request. */
  | { kind: 'slow'; factor: number }
  /** So much of the capacity is left. */
  | { kind: 'capacity'; share: number }
)

export const CYCLE_S = 180

export const CALENDAR_NAMES = ['usual', 'hard'] as const
export type CalendarName = (typeof CALENDAR_NAMES)[number]

export const CALENDARS: Record<CalendarName, readonly Incident[]> = {
  usual: [
    { kind: 'slow', domain: 'payments', fromS: 20, forS: 5, factor: 2 },
    { kind: 'capacity', domain: 'inventory', fromS: 60, forS: 15, share: 2 / 3 },
    { kind: 'stall', domain: 'points', fromS: 100, forS: 4 },
    { kind: 'stall', domain: 'logistics', fromS: 150, forS: 0.5 },
  ],
  hard: [
    { kind: 'stall', domain: 'points', fromS: 5, forS: 12 },
    { kind: 'stall', domain: 'logistics', fromS: 60, forS: 1.2 },
  ],
}
