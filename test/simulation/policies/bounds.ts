/** What ours has to keep: the published design's figures for breaker and backoff, and no compensation lost. */
import { type Row, doneShare, failedShare } from './result.ts'

const P99_MS_MAX = 680
const FAILED_SHARE_MAX = 0.0018

/** Which bounds `ours` misses, in words; empty: none. */
export function missedBounds(ours: Row): string[] {
  return [
    ...(ours.p99Ms > P99_MS_MAX ? [`P99 is ${ours.p99Ms} ms, over ${P99_MS_MAX}`] : []),
    ...(failedShare(ours) > FAILED_SHARE_MAX
      ? [`${ours.failed} of ${ours.orders} failed, over ${FAILED_SHARE_MAX * 100} %`]
      : []),
    ...(doneShare(ours.compensations) < 1 ? ['a compensation was not completed'] : []),
    ...(doneShare(ours.commits) < 1 ? ['a hold was not made final'] : []),
  ]
}
