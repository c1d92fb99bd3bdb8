/** The tables of docs/mutants.md. What stands before them is written by hand. */
import { type Judgement, reasonOf } from './gate.ts'
import type { SuiteName, Theme } from './mutant.ts'

type Asked = Judgement['verdicts'][number]
const isSimulation = ({ suite }: Asked): boolean => suite === 'simulation'
const isRed = ({ verdict }: Asked): boolean => verdict.kind !== 'green'

export function markdownOf(catalogue: readonly Theme[], judgements: readonly Judgement[]): string {
  const tables = catalogue.flatMap(({ title, mutants }) => {
    const rows = judgements.filter(({ mutant }) => mutants.includes(mutant)).map(rowOf)
    return rows.length === 0 ? [] : [[`## ${title}`, '', ...HEAD, ...rows, ''].join('\n')]
  })
  return tables.join('\n')
}

/** With `tables` instead of those that `text` has; what it begins with stays. */
export function withTables(text: string, tables: string): string {
  const begin = text.search(/^## /mv)
  return (begin === -1 ? text : text.slice(0, begin)) + tables
}

const HEAD = ['| bug | tests | simulation |', '|---|---|---|']

function rowOf({ mutant, verdicts }: Judgement): string {
  const tests = verdicts.filter((it) => !isSimulation(it))
  const simulation = verdicts.filter(isSimulation)
  return `| ${escaped(mutant.name)} | ${cell(tests)} | ${cell(simulation)} |`
}

function cell(asked: readonly Asked[]): string {
  if (asked.length === 0) return '–'
  const red = asked.filter(isRed)
  if (red.length === 0) return 'green'
  return red
    .map(({ suite, verdict }) => `${labelOf(suite)}${escaped(reasonOf(verdict))}`)
    .join('<br>')
}

const labelOf = (suite: SuiteName): string => (suite === 'simulation' ? '' : `**${suite}** `)

const escaped = (text: string): string =>
  text.replaceAll(/[|<>*_]/g, (character) => `\\${character}`)
