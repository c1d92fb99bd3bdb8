/** A reporter of vitest's that writes how tests ended, to the file that a variable names. */
import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'

export const COUNT_FILE = 'EDGE_SAGA_COUNT_FILE'

export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state: string): number =>
      tests.filter((test) => test.result().state === state).length
    const counts = {
      passed: count('passed'),
      failed: count('failed'),
      skipped: count('skipped'),
      retried: tests.filter((test) => test.diagnostic()?.flaky).map((test) => test.fullName),
    }
    writeFileSync(process.env[COUNT_FILE] ?? '/dev/null', JSON.stringify(counts))
  }
}
