/**
 * The result as a picture: two panels, requests a second and P99, over the number of clients; the
 * ordinates are logarithmic. Good and declined orders differ by their dashes too, not by colour
 * alone.
 */
import { CHART_STYLE } from './chart-style.ts'
import type { BenchResult, Cell, SeriesResult } from './result.ts'
import type { SeriesName } from './names.ts'
import { TITLES, machineTitle } from './titles.ts'

const WIDTH = 940
const HEIGHT = 480
const PANEL = { width: 380, height: 280, top: 80 }
const LEGEND = { top: 424, column: 300, rows: 3, line: 22, dash: 26 }
const MARK_RADIUS = 3.5

/** `from` and `to` are powers of ten, as exponents, around all values. */
type Panel = {
  title: string
  left: number
  of: (cell: Cell) => number
  clients: number[]
  from: number
  to: number
}

export function chartOf(result: BenchResult): string {
  const series = result.series.filter(({ cells }) => cells.length > 0)
  const panels = [
    panelOf(series, 'requests per second (logarithmic)', 60, ({ perSecond }) => perSecond),
    panelOf(series, 'P99 in milliseconds (logarithmic)', 530, ({ p99Ms }) => p99Ms),
  ]
  const label = 'Requests per second and P99 of each series, over the number of clients'
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">`,
    `<style>${CHART_STYLE}</style>`,
    text(60, 28, label, 'title'),
    text(60, 47, machineTitle(result.machine), 'quiet'),
    ...panels.flatMap((panel) => [
      ...axesOf(panel),
      ...series.map(({ name, cells }) => curveOf(panel, name, cells)),
    ]),
    ...series.map(({ name }, index) => legendOf(name, index)),
    '</svg>\n',
  ].join('\n')
}

function panelOf(series: SeriesResult[], title: string, left: number, of: Panel['of']): Panel {
  const cells = series.flatMap((it) => it.cells)
  const logs = cells.map(of).map(Math.log10)
  const from = Math.floor(Math.min(...logs))
  const clients = [...new Set(cells.map((cell) => cell.clients))].toSorted((a, b) => a - b)
  return { title, left, of, clients, from, to: Math.max(from + 1, Math.ceil(Math.max(...logs))) }
}

const xOf = ({ left, clients }: Panel, count: number): number =>
  left + (PANEL.width * (clients.indexOf(count) + 0.5)) / clients.length

const yOf = ({ from, to }: Panel, value: number): number =>
  PANEL.top + PANEL.height * (1 - (Math.log10(value) - from) / (to - from))

function axesOf(panel: Panel): string[] {
  const { title, left, clients, from, to } = panel
  const right = left + PANEL.width
  const bottom = PANEL.top + PANEL.height
  const powers = Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index))
  return [
    text(left, PANEL.top - 12, title),
    ...powers.flatMap((power) => {
      const y = yOf(panel, power)
      return [
        `<line class="grid" x1="${left}" x2="${right}" y1="${fixed(y)}" y2="${fixed(y)}"/>`,
        text(left - 8, y + 4, power.toLocaleString('en'), 'quiet end'),
      ]
    }),
    ...clients.map((count) => text(xOf(panel, count), bottom + 18, String(count), 'quiet middle')),
    text(left + PANEL.width / 2, bottom + 36, 'clients', 'quiet middle'),
  ]
}

function curveOf(panel: Panel, name: SeriesName, cells: Cell[]): string {
  const marks = cells.map((cell) => {
    const value = panel.of(cell)
    const [x, y] = [fixed(xOf(panel, cell.clients)), fixed(yOf(panel, value))]
    const about = `${TITLES[name]}, ${cell.clients} clients: ${value.toLocaleString('en')}`
    const circle = `<circle class="mark" cx="${x}" cy="${y}" r="${MARK_RADIUS}">`
    return { point: `${x},${y}`, circle: `${circle}<title>${about}</title></circle>` }
  })
  const points = marks.map(({ point }) => point).join(' ')
  const circles = marks.map(({ circle }) => circle).join('')
  return `<g class="${name}"><polyline class="line" points="${points}"/>${circles}</g>`
}

/** In columns of three. */
function legendOf(name: SeriesName, index: number): string {
  const x = 60 + LEGEND.column * Math.floor(index / LEGEND.rows)
  const y = LEGEND.top + LEGEND.line * (index % LEGEND.rows)
  const end = x + LEGEND.dash
  return (
    `<g class="${name}"><polyline class="line" points="${x},${y} ${end},${y}"/>` +
    `<circle class="mark" cx="${x + LEGEND.dash / 2}" cy="${y}" r="${MARK_RADIUS}"/></g>` +
    text(end + 8, y + 4, TITLES[name])
  )
}

function text(x: number, y: number, content: string, classes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text class="${classes}" x="${fixed(x)}" y="${fixed(y)}">${escaped}</text>`
}

const fixed = (value: number): string => value.toFixed(1)
