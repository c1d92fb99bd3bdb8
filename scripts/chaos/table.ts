/** The result, for people: tables of what was done, what came of it, and what must not be. */
import { styleText } from 'node:util'
import { seconds } from '../terminal/steps.ts'
import type { ChaosResult, Tally } from './result.ts'
import type { Spread } from './recovery.ts'

const ENDS = ['confirmed', 'returned', 'cancelled', 'failed', 'refused', 'asked', 'pending']
const NAME_COLUMNS = 45
const NUMBER_COLUMNS = 11

function row(name: string, cells: (string | number)[]): string {
  const numbers = cells.map((cell) => String(cell).padStart(NUMBER_COLUMNS))
  return `  ${name.padEnd(NAME_COLUMNS)}${numbers.join('')}`.trimEnd()
}

const heading = (name: string, columns: string[] = []): string =>
  `\n${styleText('bold', row(name, columns))}`

const listing = (counts: Tally): string =>
  Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ') || 'none'

const spreadRow = (name: string, spread: Spread | null): string =>
  spread === null
    ? row(name, [0])
    : row(name, [spread.n, ...[spread.p50Ms, spread.p99Ms, spread.worstMs].map(seconds)])

function orderRows({ ends }: ChaosResult): string[] {
  const shown = ENDS.filter((end) => ends.some((it) => it.ends[end] !== undefined))
  const total = (end: string): number => ends.reduce((sum, it) => sum + (it.ends[end] ?? 0), 0)
  const orders = ends.reduce((sum, it) => sum + it.orders, 0)
  return [
    heading('orders', ['asked', ...shown]),
    ...ends.map((it) => row(it.kind, [it.orders, ...shown.map((end) => it.ends[end] ?? 0)])),
    row('all', [orders, ...shown.map(total)]),
  ]
}

export function tablesOf(result: ChaosResult): string {
  const { interrupted, recovery, calm, repeats } = result
  return [
    ...orderRows(result),
    `  begun: ${listing(result.versions)}`,
    `  why: ${listing(result.reasons)}`,
    heading('weather', ['spells', 'in all']),
    ...result.weather.map(({ weather, spells, ms }) => row(weather, [spells, seconds(ms)])),
    heading('kills'),
    row('SIGKILL to every process, then a new start', [result.kills]),
    row('requests that were sent again', [Object.values(repeats).reduce((a, b) => a + b, 0)]),
    `  because: ${listing(repeats)}`,
    row('orders that were moving when a kill came', [interrupted.orders]),
    row('  of these, held up by an outage too', [interrupted.metOutage]),
    row('  of these, met by another kill before rest', [interrupted.metAnotherKill]),
    row('orders that were seen parked', [result.parkedSeen]),
    heading('time', ['n', 'P50', 'P99', 'worst']),
    spreadRow('from a kill until the shop answers again', result.downtime),
    spreadRow('from a kill until an interrupted order rests', recovery.perOrderAfterKill),
    spreadRow('  counted from when the shop answers', recovery.perOrder),
    spreadRow('    if it met no outage and no other kill', recovery.perUndisturbedOrder),
    spreadRow('    until the last order of a kill rests', recovery.perKill),
    row('from the last fault until all orders rest', ['', '', '', seconds(calm.settledAfterMs)]),
    row('  and D1 has all of it, seen by an audit', ['', '', '', seconds(calm.atRestAfterMs)]),
    heading('what must not be'),
    ...result.flaws.map(({ flaw, count }) =>
      styleText(count === 0 ? 'green' : 'red', row(flaw, [count])),
    ),
    ...result.details.map((line) => styleText('red', `    ${line}`)),
    '',
    `  ${result.accepted} orders accepted, ${seconds(result.tookMs)}, seed ${result.options.seed}`,
  ].join('\n')
}
