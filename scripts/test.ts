/** `npm test`: everything that can fail, quickest first. */
import { styleText } from 'node:util'
import type { Count } from './checks/run-checks.ts'
import { type Part, findParts } from './checks/parts.ts'
import { readArgs } from './terminal/args.ts'
import { seconds } from './terminal/steps.ts'

const parts = findParts()

const HELP = `
npm test [-- PART … [--all]]

Runs the parts below in this order and stops after the first that fails.

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

async function runAll(chosen: Part[], goOn: boolean): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const part of chosen) {
    console.log(`\n${styleText('bold', `━━ ${part.name}`)}  ${styleText('dim', part.about)}\n`)
    const startedAtMs = Date.now()
    const count = await part.run()
    outcomes.push({ part, count, tookMs: Date.now() - startedAtMs })
    if (count.failed > 0 && !goOn) break
  }
  return outcomes
}

function summarise(outcomes: Outcome[], chosen: Part[]): Count {
  console.log(`\n${styleText('bold', '━━ summary')}\n`)
  const sum: Count = { passed: 0, failed: 0, skipped: 0 }
  for (const { part, count, tookMs } of outcomes) {
    const mark = count.failed === 0 ? styleText('green', '✔') : styleText('red', '✘')
    const numbers = `${count.passed} passed, ${count.failed} failed`
    console.log(
      `  ${mark} ${part.name.padEnd(14)} ${numbers.padEnd(26)} ${seconds(tookMs).padStart(8)}`,
    )
    sum.passed += count.passed
    sum.failed += count.failed
    sum.skipped += count.skipped
  }
  for (const part of chosen.slice(outcomes.length))
    console.log(`  · ${part.name.padEnd(14)} not run`)
  return sum
}

const { values, positionals } = readArgs(HELP, { all: { type: 'boolean' } })
const chosen = choose(positionals)
const { passed, failed, skipped } = summarise(await runAll(chosen, values.all ?? false), chosen)
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
