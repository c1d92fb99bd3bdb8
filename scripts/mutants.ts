/** `npm run mutants`: bugs planted one at a time, each of which must turn a suite red. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { styleText } from 'node:util'
import { projectRoot } from './local/project.ts'
import { CATALOGUE } from './mutants/catalogue.ts'
import { type Judgement, isCaught, judgeAll, reasonOf } from './mutants/gate.ts'
import { markdownOf, withTables } from './mutants/markdown.ts'
import type { Mutant } from './mutants/mutant.ts'
import { Snapshot, filesOf } from './mutants/snapshot.ts'
import { SUITES } from './mutants/suites.ts'
import { readArgs, readCount, readFilePath } from './terminal/args.ts'
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, endOnSignals } from './terminal/lifetime.ts'
import { reportAndExit } from './terminal/report.ts'
import { seconds } from './terminal/steps.ts'

const HELP = `
npm run mutants [-- --only TEXT --jobs J --thorough --markdown FILE]

Plants a bug in a copy of the sources and runs the suites that could see it, cheapest first, until
one is red; then the next bug. Suites: tests of the engine, the simulation, tests in workerd.

  --only TEXT      only mutants with TEXT in their name or file; may be given again
  --jobs J         how many at a time (as many as there are cores)
  --thorough       every suite, also after the first that is red
  --markdown FILE  writes the tables, and leaves what FILE has before them; those of docs/mutants.md are
                   made with --thorough

Exits with 0 if every bug was caught. The checkout is not touched.
`

const { values } = readArgs(HELP, {
  only: { type: 'string', multiple: true },
  jobs: { type: 'string' },
  thorough: { type: 'boolean' },
  markdown: { type: 'string' },
})
const jobs = readCount('jobs', values.jobs, availableParallelism())
const markdown = readFilePath('markdown', values.markdown)
const mutants = choose(values.only)

function choose(only: readonly string[] = ['']): Mutant[] {
  const texts = only.map((text) => text.toLowerCase())
  const chosen = CATALOGUE.flatMap((theme) => theme.mutants).filter(({ name, file }) =>
    texts.some((text) => `${name} ${file}`.toLowerCase().includes(text)),
  )
  if (chosen.length === 0)
    reportAndExit(`No mutant has "${only.join('" or "')}" in its name or file.`)
  return chosen
}

function print(judgement: Judgement): void {
  const { mutant, verdicts, tookMs } = judgement
  const mark = isCaught(judgement) ? styleText('green', '✔') : styleText('red', '✘ SURVIVED')
  console.log(`${mark} ${mutant.name} ${styleText('dim', seconds(tookMs))}`)
  for (const { suite, verdict } of verdicts) {
    console.log(styleText('dim', `    ${suite}: ${reasonOf(verdict)}`))
  }
}

function writeTables(path: string, tables: string): void {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  writeFileSync(path, withTables(before, tables))
}

async function run(signal: AbortSignal): Promise<number> {
  const snapshot = new Snapshot(projectRoot, filesOf(projectRoot))
  try {
    const judgements = await judgeAll({
      mutants,
      snapshot,
      suites: SUITES,
      jobs,
      isThorough: values.thorough ?? false,
      signal,
      onGreen: (suite, tookMs) =>
        console.log(styleText('dim', `${suite} is green without mutants, ${seconds(tookMs)}`)),
      onJudged: print,
    })
    if (markdown !== null) writeTables(markdown, markdownOf(CATALOGUE, judgements))
    const survivors = judgements.filter((judgement) => !isCaught(judgement))
    console.log(`\n${mutants.length - survivors.length} of ${mutants.length} mutants were caught`)
    for (const { mutant } of survivors) console.log(`  survived: ${mutant.name} (${mutant.file})`)
    return survivors.length === 0 ? EXIT_OK : EXIT_FAILED
  } finally {
    snapshot.remove()
  }
}

const stop = new AbortController()
const running = run(stop.signal)
endOnSignals(EXIT_INTERRUPTED).add(async () => {
  stop.abort()
  await Promise.allSettled([running])
})
try {
  process.exitCode = await running
} catch (error) {
  if (!stop.signal.aborted) reportAndExit(error)
}
