/** Everything about the source that can be judged without running the shop. */
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { styleText } from 'node:util'
import { binaries, inProject } from '../local/project.ts'
import { type CommandResult, runCommand } from '../terminal/command.ts'
import { concurrently } from '../terminal/concurrently.ts'
import { seconds } from '../terminal/steps.ts'

type Check = { name: string; command: string; args: string[]; hint?: string }

const bin = (name: string): string => inProject('node_modules', '.bin', name)
const lint = (...args: string[]): Pick<Check, 'command' | 'args'> => ({
  command: bin('oxlint'),
  args: ['--type-aware', '--deny-warnings', ...args],
})
/** Components are something to vue-tsc alone, so the types of what imports them are its business. */
const PAGE = ['web', 'test/web']

/** The slow ones first, so that they do not end alone. */
const allChecks = (): Check[] => [
  {
    name: 'types, lint',
    ...lint('--type-check', ...PAGE.map((folder) => `--ignore-pattern=${folder}`)),
  },
  { name: 'types: web', command: bin('vue-tsc'), args: ['-p', 'web'] },
  {
    name: 'types: service worker',
    command: bin('tsc'),
    args: ['-p', 'web/service-worker'],
  },
  { name: 'lint: web', ...lint(...PAGE) },
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

/** `retried`: the names of those that passed at the second try only. */
export type Count = { passed: number; failed: number; skipped: number; retried: string[] }

export async function runChecks(): Promise<Count> {
  const checks = allChecks().filter((check) => existsSync(check.command))
  const codes = await concurrently(checks, availableParallelism(), async (check) => {
    const startedAtMs = Date.now()
    const result = await runCommand(check.command, check.args)
    report(check, result, Date.now() - startedAtMs)
    return result.code
  })
  const failed = codes.filter((code) => code !== 0).length
  return { passed: codes.length - failed, failed, skipped: 0, retried: [] }
}
