/** A failed run as a person reads it: the least that still fails, what happens in it, in order. */
import { FAULTS, isFaultKind } from './faults.ts'
import { type Outcome, type RunOptions, run } from './run.ts'
import { shrink } from './shrink.ts'
import type { Stage } from './stage.ts'

/** Of a long trace, so many lines from its beginning and from its end. */
const LINES_MAX = 60

export async function readable(
  stage: Stage,
  failed: Outcome,
  plant?: RunOptions['plant'],
): Promise<string> {
  const { only, without, seed, tries } = await shrink(stage, failed, plant)
  const lines: string[] = []
  const tell = (line: string) => void lines.push(line)
  const { violations } = await run({ seed, stage, plant, only, without, tell })
  const skipped = lines.length - 2 * LINES_MAX
  const shown =
    skipped > 0
      ? [...lines.slice(0, LINES_MAX), `  … ${skipped} lines …`, ...lines.slice(-LINES_MAX)]
      : lines
  return [
    `seed ${seed}: ${violations[0] ?? 'no violation when run again: the run is not repeatable'}`,
    `Shrunk from ${failed.struck.length} faults to ${only?.size ?? 0}, in ${tries} runs:`,
    ...[...(only ?? [])].map(explained),
    'What happens (seconds of virtual time):',
    ...shown,
    `Again: npm run simulate -- --runs 1 --seed ${seed}`,
  ].join('\n')
}

function explained(point: string): string {
  const [kind = '', scope, n] = point.split(' ')
  return `  ${point.padEnd(34)} ${isFaultKind(kind) ? FAULTS[kind] : ''} (scope ${scope}, time ${n})`
}
