/** One row of a table: a name and numbers below each other. */
import { styleText } from 'node:util'

const NAME_COLUMNS = 50
const NUMBER_COLUMNS = 10

export function row(name: string, cells: readonly string[]): string {
  const numbers = cells.map((cell) => cell.padStart(NUMBER_COLUMNS))
  return `  ${name.padEnd(NAME_COLUMNS)}${numbers.join('')}`.trimEnd()
}

export const heading = (name: string, cells: readonly string[]): string =>
  `\n${styleText('bold', row(name, cells))}`

/** Three figures that count. */
export const readable = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
