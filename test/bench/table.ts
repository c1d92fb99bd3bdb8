/** The result for people: a table for each thing that was measured, and what it means. */
import { costTable } from './cost/table.ts'
import { probesTable } from './probes/table.ts'
import type { BenchResult, Cell, Ratios } from './result.ts'
import { heading, readable, row } from './table-row.ts'
import { RATIO_TITLES, TITLES, machineTitle } from './titles.ts'

const MEASURES = [
  { title: 'per second', of: ({ perSecond }: Cell) => perSecond },
  { title: 'P50, ms', of: ({ p50Ms }: Cell) => p50Ms },
  { title: 'P99, ms', of: ({ p99Ms }: Cell) => p99Ms },
] as const

const RATIO_NAMES = [
  'goodVsWorkflows',
  'declinedVsWorkflows',
  'unquotedVsWorkflows',
  'visitVsWorkflows',
  'goodP99VsWorkflows',
  'declinedP99VsWorkflows',
  'goodVsBare',
] as const satisfies (keyof Ratios)[]

export function tableOf(result: BenchResult): string {
  const { series, cost, machine } = result
  return [
    ...(series.length > 0 ? seriesTable(result) : []),
    ...probesTable(result),
    ...(cost ? costTable(cost) : []),
    '',
    `  ${machineTitle(machine)}`,
    `  state in ${machine.state}, ${machine.openFilesMax} open files, ${machine.date}`,
    ...notesOf(result).map((note) => `  - ${note}`),
  ].join('\n')
}

function seriesTable({ series, ratios, ratiosAtClients }: BenchResult): string[] {
  const clients = series[0]?.cells.map((cell) => cell.clients) ?? []
  return [
    ...MEASURES.flatMap(({ title, of }) => [
      heading(title, clients.map(clientsTitle)),
      ...series.map(({ name, cells }) =>
        row(
          TITLES[name],
          cells.map((it) => readable(of(it))),
        ),
      ),
    ]),
    heading(`at ${ratiosAtClients} clients`, ['ratio']),
    ...RATIO_NAMES.map((name) => {
      const ratio = ratios[name]
      return row(RATIO_TITLES[name], [ratio === null ? 'none' : readable(ratio)])
    }),
  ]
}

const clientsTitle = (clients: number): string => `${clients} cl.`

const SERIES_NOTES = [
  'A closed loop: each client sends its next request when it has the answer to the last.',
  'P50 and P99: from the request to the confirmation, or to the end of all four compensations.',
  'Per second: until nothing moved any more, what follows a confirmation included.',
  'Its request is authenticated and validated; its prices are those of a signed quote that it brings.',
  'Without such a quote, it is quoted as it comes. That of Workflows brings its prices, and is parsed only.',
  'Workflows can only be polled: an object tells of their outcome at once, for some 0.2 ms an order.',
]

const COST_NOTES = [
  'Cost: counted while orders ran, one after the other; CPU time is not counted, nor what is kept.',
  "Left out of both: the domains' own rows, which are the same whoever sends the command.",
]

const notesOf = ({ deadlineMs, series, cost }: BenchResult): string[] => [
  'All Workers, databases, queues and objects share one workerd, and the clients its machine.',
  'Requests go to the port of workerd itself, with no proxy before it.',
  `edge-saga: production bundles; a deadline of ${deadlineMs / 1000} s instead of 3, for busy machines.`,
  ...(series.length > 0 ? SERIES_NOTES : []),
  ...(cost ? COST_NOTES : []),
]
