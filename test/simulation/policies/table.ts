/** The comparison for people: what came out, the counts behind it, and what was published. */
import { missedBounds } from './bounds.ts'
import { CYCLE_S, type CalendarName } from './calendar.ts'
import { SHOPPER_RETRIES_MAX } from './parameters.ts'
import { type Comparison, type PolicyName, type Row, doneShare, failedShare } from './result.ts'

const TITLES: Record<PolicyName, string> = {
  'fixed-timeout': 'fixed timeout, no breaker',
  'breaker-and-backoff': 'breaker, exponential backoff',
  ours: 'edge-saga',
}

/**
 * P99, failed, compensations completed: what the published design that the requirements come from claims for
 * these policies at 5,000 orders/s.
 */
const PUBLISHED: Partial<Record<PolicyName, [string, string, string]>> = {
  'fixed-timeout': ['1,420', '2.7 %', '91.3 %'],
  'breaker-and-backoff': ['680', '0.18 %', '99.6 %'],
}

const NAME_COLUMNS = 30
const COLUMNS = 16

export function tableOf(
  { seed, ordersPerSecond, seconds, rows }: Comparison,
  incidents: CalendarName,
): string {
  return [
    line('', ['P50, ms', 'P99, ms', 'failed', 'refused once', 'compensations', 'holds final']),
    ...rows.flatMap(linesOf),
    '',
    `${number(ordersPerSecond)} orders/s for ${seconds} s of virtual time, seed ${seed}, ${incidents} incidents.`,
    `Incidents come again every ${CYCLE_S} s. Failed: not done for technical reasons, or left after`,
    `being refused ${SHOPPER_RETRIES_MAX + 1} times. A declined card is no failure. Times: from the shopper's first request`,
    'until the order is confirmed, or its compensation is over.',
    ...verdict(rows),
  ].join('\n')
}

function linesOf(row: Row): string[] {
  const { policy, compensations, commits } = row
  const [p99, failed, compensated] = PUBLISHED[policy] ?? []
  const { parked, byOperator } = compensations
  return [
    '',
    line(TITLES[policy], [
      number(row.p50Ms),
      number(row.p99Ms),
      percent(failedShare(row)),
      number(row.refused),
      percent(doneShare(compensations)),
      percent(doneShare(commits)),
    ]),
    line(`  of ${number(row.orders)} orders`, [
      '',
      '',
      number(row.failed),
      `${number(row.gaveUp)} gave up`,
      number(compensations.completed),
      number(commits.completed),
    ]),
    line(`  ${number(row.repeats)} repeated commands`, [
      '',
      '',
      '',
      '',
      `of ${number(compensations.begun)}`,
      `of ${number(commits.begun)}`,
    ]),
    ...(p99 === undefined ? [] : [line('  as published', ['', p99, failed, '', compensated])]),
    ...(policy === 'ours'
      ? [
          `  parked, then repaired by their own retry: ${number(parked)}; by an operator's: ${number(byOperator)}`,
        ]
      : []),
  ]
}

function verdict(rows: readonly Row[]): string[] {
  const ours = rows.find(({ policy }) => policy === 'ours')
  if (!ours) return []
  const missed = missedBounds(ours)
  return ['', missed.length === 0 ? 'All bounds are kept.' : `Missed: ${missed.join('; ')}.`]
}

const line = (name: string, cells: readonly (string | undefined)[]): string =>
  `${name.padEnd(NAME_COLUMNS)}${cells.map((it) => (it ?? '').padStart(COLUMNS)).join('')}`.trimEnd()

const number = (value: number): string => value.toLocaleString('en')

/** Never rounded up to all: one that is missing is to be seen. */
function percent(share: number): string {
  const digits = share === 0 || share === 1 ? 0 : 3
  const factor = 100 * 10 ** digits
  const rounded = share > 0.5 ? Math.floor(share * factor) : Math.ceil(share * factor)
  return `${(rounded / 10 ** digits).toFixed(digits)} %`
}
