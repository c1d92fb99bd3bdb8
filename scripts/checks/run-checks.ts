/** Everything about the source that can be judged without running the shop. */
import { existsSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { styleText } from 'node:util'
import { binaries, inProject } from '../local/project.ts'
import { type CommandResult, runCommand } from '../terminal/command.ts'
import { concurrently } from '../terminal/concurrently.ts'
import { seconds } from '../terminal/steps.ts'

type Check = { name: string; command: string; args: string[]; hint?: string }

const bin = (name: string): string => inProject('node_modules', '.bin', name)
const types = (name: string, project: string, compiler = 'tsc'): Check => ({
  name: `types: ${name}`,
  command: bin(compiler),
  args: ['-p', project],
})

/** A folder of test/ whose code sees other globals has a tsconfig.json of its own. */
const testsWithOwnTypes = (): Check[] =>
  readdirSync(inProject('test'))
    .filter((name) => existsSync(inProject('test', name, 'tsconfig.json')))
    .map((name) => types(`test/${name}`, `test/${name}`))

/** The slow ones first, so that they do not end alone. */
const allChecks = (): Check[] => [
  types('web', 'web', 'vue-tsc'),
  {
    name: 'lint',
    command: bin('oxlint'),
    args: ['--type-aware', '--deny-warnings'],
  },
  types('workers', '.'),
  types('tests in Node', 'test'),
  ...testsWithOwnTypes(),
  types('tests in workerd', 'test/tsconfig.workers.json'),
  types('scripts', 'scripts'),
  {
    name: 'architecture',
    command: binaries.node,
    args: [binaries.vitest, 'run', '--project', 'architecture', '--reporter', 'dot'],
  },
  { name: 'format', command: bin('oxfmt'), args: ['--check'], hint: 'npx oxfmt' },
  {
    name: 'lock file',
    command: binaries.node,
    args: [inProject('scripts', 'complete-lock.mjs'), '--check'],
  },
]

function report(check: Check, result: CommandResult, tookMs: number): void {
  const isGood = result.code === 0
  const mark = isGood ? styleText('green', '✔') : styleText('red', '✘')
  console.log(`  ${mark} ${check.name.padEnd(24)} ${styleText('dim', seconds(tookMs).padStart(7))}`)
  if (isGood) return
  console.log(`\n${result.output.trimEnd()}\n`)
  if (check.hint !== undefined) console.log(`  It can be repaired with: ${check.hint}\n`)
}

export type Count = { passed: number; failed: number; skipped: number }

export async function runChecks(): Promise<Count> {
  const checks = allChecks().filter((check) => existsSync(check.command))
  const codes = await concurrently(checks, availableParallelism(), async (check) => {
    const startedAtMs = Date.now()
    const result = await runCommand(check.command, check.args)
    report(check, result, Date.now() - startedAtMs)
    return result.code
  })
  const failed = codes.filter((code) => code !== 0).length
  return { passed: codes.length - failed, failed, skipped: 0 }
}
