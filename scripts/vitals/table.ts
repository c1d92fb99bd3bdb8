/** What was measured, to be read. */
import type { Measured } from './measure.ts'

const COLUMNS: readonly (readonly [title: string, cell: (row: Measured) => string])[] = [
  ['', ({ journey, surroundings }) => `${journey}, ${surroundings}`],
  ['first paint', ({ firstPaintMs }) => `${Math.round(firstPaintMs)} ms`],
  ['largest paint', ({ largestPaintMs }) => `${Math.round(largestPaintMs)} ms`],
  [
    'interaction',
    ({ interactionMs }) => (interactionMs === null ? '–' : `${Math.round(interactionMs)} ms`),
  ],
  ['shift', ({ shift }) => shift.toFixed(4)],
  ['scripts', ({ scriptBytes }) => `${(scriptBytes / 1000).toFixed(1)} kB`],
  ['requests', ({ requests }) => String(requests)],
]

export function tableOf(rows: readonly Measured[]): string {
  const cells = [
    COLUMNS.map(([title]) => title),
    ...rows.map((row) => COLUMNS.map(([, of]) => of(row))),
  ]
  const widths = COLUMNS.map((_column, at) =>
    Math.max(...cells.map((line) => line[at]?.length ?? 0)),
  )
  return cells
    .map((line) =>
      line
        .map((cell, at) =>
          at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
        )
        .join('  '),
    )
    .map((line) => `  ${line}`)
    .join('\n')
}
