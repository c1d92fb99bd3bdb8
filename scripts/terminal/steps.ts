/** Progress, one line per step: what was done, and how long it took. */
import type { WriteStream } from 'node:tty'
import { styleText } from 'node:util'

export type Steps = {
  /** `work` returns what it did, in a few words. */
  run: (work: () => Promise<string>) => Promise<void>
  note: (line: string) => void
}

const DURATION_COLUMN = 52

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

export function stepsOn(stream: WriteStream): Steps {
  const color = (format: 'green' | 'dim', text: string): string =>
    styleText(format, text, { stream })
  return {
    async run(work) {
      const startedAtMs = Date.now()
      const done = await work()
      const took = seconds(Date.now() - startedAtMs)
      const line = `${done.padEnd(DURATION_COLUMN)} ${color('dim', took.padStart(7))}`
      stream.write(`  ${color('green', '✔')} ${line}\n`)
    },
    note(line) {
      stream.write(`  ${color('dim', '·')} ${line}\n`)
    },
  }
}
