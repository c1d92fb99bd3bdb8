/** What a comparison says, as data: for the table, for tests, and for a file. */
import type { Ran } from './run.ts'

export const POLICY_NAMES = ['fixed-timeout', 'breaker-and-backoff', 'ours'] as const
export type PolicyName = (typeof POLICY_NAMES)[number]

export type Row = {
  policy: PolicyName
  orders: number
  p50Ms: number
  p99Ms: number
  /** Not done for technical reasons; of these, `gaveUp` left after being refused too often. */
  failed: number
  gaveUp: number
  /** Refused at intake once or more. */
  refused: number
  compensations: { begun: number; completed: number; parked: number; byOperator: number }
  commits: { begun: number; completed: number }
  /** Commands beyond the first for each, and the first ones. */
  repeats: number
  commands: number
}

export type Comparison = {
  seed: number
  ordersPerSecond: number
  seconds: number
  rows: Row[]
}

export function rowOf(policy: PolicyName, { books, arrived, asked }: Ran): Row {
  const tookMs = Float64Array.from(books.tookMs).toSorted()
  const { confirmed, declined, 'gave-up': gaveUp } = books.endings
  const { lost: _lost, ...compensations } = books.compensations
  const { begun, completed } = books.commits
  return {
    policy,
    orders: arrived,
    p50Ms: quantile(tookMs, 0.5),
    p99Ms: quantile(tookMs, 0.99),
    failed: arrived - confirmed - declined,
    gaveUp,
    refused: books.refusedOrders,
    compensations,
    commits: { begun, completed },
    repeats: asked.repeats,
    commands: asked.first,
  }
}

/** The least time that so many orders took at most. */
function quantile(sorted: Float64Array, share: number): number {
  const at = Math.max(0, Math.ceil(share * sorted.length) - 1)
  return Math.round(sorted[at] ?? 0)
}

export const failedShare = ({ failed, orders }: Row): number => failed / Math.max(1, orders)

/** 1 where there was nothing to do. */
export const doneShare = ({ begun, completed }: { begun: number; completed: number }): number =>
  begun === 0 ? 1 : completed / begun
