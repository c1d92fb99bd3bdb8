/** The result for people: a table for each thing that was measured, and what it means. */
import { styleText } from 'node:util'
import type { BenchResult, Cell, Ratios } from './result.ts'
import { RATIO_TITLES, TITLES, machineTitle } from './titles.ts'

const NAME_COLUMNS = 50
const NUMBER_COLUMNS = 10

const MEASURES = [
  { title: 'per second', of: ({ perSecond }: Cell) => perSecond },
  { title: 'P50, ms', of: ({ p50Ms }: Cell) => p50Ms },
  { title: 'P99, ms', of: ({ p99Ms }: Cell) => p99Ms },
] as const

const RATIO_NAMES = [
  'goodVsWorkflows',
  'declinedVsWorkflows',
  'goodP99VsWorkflows',
  'declinedP99VsWorkflows',
  'goodVsBare',
] as const satisfies (keyof Ratios)[]

function row(name: string, cells: readonly string[]): string {
  const numbers = cells.map((cell) => cell.padStart(NUMBER_COLUMNS))
  return `  ${name.padEnd(NAME_COLUMNS)}${numbers.join('')}`.trimEnd()
}

/** Three figures that count. */
export const readable = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)

export function tableOf(result: BenchResult): string {
  const { series, ratios, ratiosAtClients, machine } = result
  const clients = series[0]?.cells.map((cell) => cell.clients) ?? []
  return [
    ...MEASURES.flatMap(({ title, of }) => [
      `\n${styleText('bold', row(title, clients.map(clientsTitle)))}`,
      ...series.map(({ name, cells }) =>
        row(
          TITLES[name],
          cells.map((it) => readable(of(it))),
        ),
      ),
    ]),
    `\n${styleText('bold', row(`at ${ratiosAtClients} clients`, ['ratio']))}`,
    ...RATIO_NAMES.map((name) => {
      const ratio = ratios[name]
      return row(RATIO_TITLES[name], [ratio === null ? 'none' : readable(ratio)])
    }),
    '',
    `  ${machineTitle(machine)}`,
    `  state in ${machine.state}, ${machine.openFilesMax} open files, ${machine.date}`,
    ...notesOf(result).map((note) => `  - ${note}`),
  ].join('\n')
}

const clientsTitle = (clients: number): string => `${clients} cl.`

const notesOf = ({ deadlineMs }: BenchResult): string[] => [
  'A closed loop: each client sends its next request when it has the answer to the last.',
  'All Workers, databases, queues and objects share one workerd, and the clients its machine.',
  'Requests go to the port of workerd itself, with no proxy before it.',
  'P50 and P99: from the request to the confirmation, or to the end of all four compensations.',
  'Per second: until nothing moved any more, what follows a confirmation included.',
  `edge-saga: production bundles; a deadline of ${deadlineMs / 1000} s instead of 3, for busy machines.`,
  'Its request is authenticated, validated and quoted first; that of Workflows is parsed only.',
  'Workflows can only be polled: an object tells of their outcome at once, for some 0.2 ms an order.',
]
