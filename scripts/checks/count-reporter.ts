/** A reporter of vitest's that writes how many tests passed, to the file that a variable names. */
import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'

export const COUNT_FILE = 'EDGE_SAGA_COUNT_FILE'

export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules
      .flatMap((module) => [...module.children.allTests()])
      .map((test) => test.result().state)
    const count = (state: string): number => states.filter((it) => it === state).length
    const counts = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') }
    writeFileSync(process.env[COUNT_FILE] ?? '/dev/null', JSON.stringify(counts))
  }
}
