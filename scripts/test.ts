/** `npm test`: everything that can fail, quickest first. */
import { availableParallelism } from 'node:os'
import { styleText } from 'node:util'
import type { Count } from './checks/run-checks.ts'
import { type Part, findParts } from './checks/parts.ts'
import { readArgs } from './terminal/args.ts'
import { concurrently } from './terminal/concurrently.ts'
import { seconds } from './terminal/steps.ts'

const CORES = availableParallelism()

const parts = findParts()

const HELP = `
npm test [-- PART … [--all]]

Runs the parts below in this order, small ones side by side, and begins none after one has failed.

${parts.map(({ name, about }) => `  ${name.padEnd(14)} ${about}`).join('\n')}

  --all          go on after a failure

npm test -- core chaos   only these two
npx vitest --project core   one part, watching
`

type Outcome = { part: Part; count: Count; tookMs: number }

function choose(names: string[]): Part[] {
  const unknown = names.filter((name) => !parts.some((part) => part.name === name))
  if (unknown.length > 0) {
    console.error(`There is no part "${unknown.join('", "')}".\n${HELP}`)
    process.exit(2)
  }
  return names.length === 0 ? parts : parts.filter((part) => names.includes(part.name))
}

const announce = ({ name, about }: Part): void =>
  console.log(`\n${styleText('bold', `━━ ${name}`)}  ${styleText('dim', about)}\n`)

/** Parts in a row that do not disturb each other go together. */
function stagesOf(chosen: Part[]): Part[][] {
  const stages: Part[][] = []
  for (const part of chosen) {
    const last = stages.at(-1)
    if (last && !part.isAlone && last.every(({ isAlone }) => !isAlone)) last.push(part)
    else stages.push([part])
  }
  return stages
}

/** `isWanted`: asked before each part. */
async function runStage(stage: Part[], isWanted: () => boolean, done: (outcome: Outcome) => void) {
  const show = stage.length === 1 || CORES === 1
  if (!show)
    console.log(`\nTogether, each shown when it ends: ${stage.map((it) => it.name).join(', ')}`)
  await concurrently(stage, CORES, async (part) => {
    if (!isWanted()) return
    if (show) announce(part)
    const startedAtMs = Date.now()
    const { output, ...count } = await part.run({ show })
    if (!show) announce(part)
    if (output !== '') console.log(output.trim())
    done({ part, count, tookMs: Date.now() - startedAtMs })
  })
}

async function runAll(chosen: Part[], goOn: boolean): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  const isWanted = (): boolean => goOn || outcomes.every(({ count }) => count.failed === 0)
  for (const stage of stagesOf(chosen)) {
    await runStage(stage, isWanted, (outcome) => outcomes.push(outcome))
  }
  return outcomes
}

function summarise(outcomes: Outcome[], chosen: Part[]): Count {
  console.log(`\n${styleText('bold', '━━ summary')}\n`)
  const sum: Count = { passed: 0, failed: 0, skipped: 0, retried: [] }
  for (const { part, count, tookMs } of outcomes) {
    const mark = count.failed === 0 ? styleText('green', '✔') : styleText('red', '✘')
    const numbers = `${count.passed} passed, ${count.failed} failed`
    console.log(
      `  ${mark} ${part.name.padEnd(14)} ${numbers.padEnd(26)} ${seconds(tookMs).padStart(8)}`,
    )
    for (const name of count.retried) console.log(`      at the second try only: ${name}`)
    sum.passed += count.passed
    sum.failed += count.failed
    sum.skipped += count.skipped
  }
  const ran = outcomes.map(({ part }) => part)
  for (const part of chosen.filter((it) => !ran.includes(it)))
    console.log(`  · ${part.name.padEnd(14)} not run`)
  return sum
}

const { values, positionals } = readArgs(HELP, { all: { type: 'boolean' } }, { takesNames: true })
const chosen = choose(positionals)
const { passed, failed, skipped } = summarise(await runAll(chosen, values.all ?? false), chosen)
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
