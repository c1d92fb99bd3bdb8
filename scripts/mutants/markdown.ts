/** The table of docs/mutants.md. */
import { type Judgement, isCaught, reasonOf } from './gate.ts'
import type { SuiteName, Theme } from './mutant.ts'

type Asked = Judgement['verdicts'][number]
const isSimulation = ({ suite }: Asked): boolean => suite === 'simulation'
const isRed = ({ verdict }: Asked): boolean => verdict.kind !== 'green'

export function markdownOf(catalogue: readonly Theme[], judgements: readonly Judgement[]): string {
  const sections = catalogue.flatMap(({ title, mutants }) => {
    const rows = judgements.filter(({ mutant }) => mutants.includes(mutant)).map(rowOf)
    return rows.length === 0 ? [] : [[`## ${title}`, '', ...HEAD, ...rows, ''].join('\n')]
  })
  return [introduction(judgements), ...sections].join('\n')
}

const HEAD = ['| bug | tests | simulation |', '|---|---|---|']

function introduction(judgements: readonly Judgement[]): string {
  const caught = judgements.filter(isCaught)
  const bySimulation = caught.filter(({ verdicts }) =>
    verdicts.some((it) => isSimulation(it) && isRed(it)),
  )
  const byTests = caught.filter(({ verdicts }) =>
    verdicts.some((it) => !isSimulation(it) && isRed(it)),
  )
  return `# Mutants

Bugs planted on purpose, one at a time, in a copy of the sources. Each must turn a suite red, or the
suites prove less than they seem to. ${caught.length} of ${judgements.length} are caught: ${byTests.length} by a test,
${bySimulation.length} by the simulation, ${byTests.filter((it) => bySimulation.includes(it)).length} by both.

Made by \`npm run mutants -- --thorough --markdown docs/mutants.md\`. Each cell names the first thing
that was red; “green” means that the suite ran and saw nothing, “–” that it does not run this code
or cannot tell.
`
}

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
