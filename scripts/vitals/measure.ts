/** One journey, measured again and again, each time by a new visitor. */
import { watchLoads } from '../../test/support/page-loads.ts'
import { type Shift, shiftSum, vitalsOf, watchVitals } from '../../test/support/page-vitals.ts'
import { openVisitor } from '../../test/support/visitor.ts'
import type { PageStage } from '../browser/page-stage.ts'
import type { Journey } from './journeys.ts'
import type { Surroundings } from './surroundings.ts'

type Run = {
  firstPaintMs: number
  largestPaintMs: number
  /** The slowest of them; null where none took 16 ms. */
  interactionMs: number | null
  shift: number
  shifts: Shift[]
  scriptBytes: number
  requests: number
}

/** Of several runs: medians, but the largest shift, since one that jumps is one too many. */
export type Measured = Omit<Run, 'shifts'> & {
  journey: string
  surroundings: string
  runs: number
  /** Of the run with the largest. */
  shifts: Shift[]
}

async function runOnce(
  { url, browser }: Pick<PageStage, 'url' | 'browser'>,
  journey: Journey,
  surroundings: Surroundings,
): Promise<Run> {
  const { page, close } = await openVisitor(browser, url, surroundings.options)
  try {
    await page.addInitScript(watchVitals)
    const loads = await watchLoads(page)
    await surroundings.slowDown(page)
    await journey.go(page)
    const { firstPaintMs, largestPaintMs, shifts, interactionsMs } = await vitalsOf(page)
    return {
      firstPaintMs,
      largestPaintMs,
      interactionMs: interactionsMs.length === 0 ? null : Math.max(...interactionsMs),
      shift: shiftSum(shifts),
      shifts,
      scriptBytes: loads.reduce((sum, { isScript, bytes }) => sum + (isScript ? bytes : 0), 0),
      requests: loads.length,
    }
  } finally {
    await close()
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

export async function measure(
  stage: Pick<PageStage, 'url' | 'browser'>,
  journey: Journey,
  surroundings: Surroundings,
  count: number,
): Promise<Measured> {
  const runs: Run[] = []
  for (let run = 0; run < count; run += 1) runs.push(await runOnce(stage, journey, surroundings))
  const of = (key: 'firstPaintMs' | 'largestPaintMs' | 'scriptBytes' | 'requests') =>
    median(runs.map((run) => run[key]))
  const interactions = runs.flatMap(({ interactionMs }) => interactionMs ?? [])
  const worst = runs.toSorted((one, other) => other.shift - one.shift)[0]
  return {
    journey: journey.name,
    surroundings: surroundings.name,
    runs: count,
    firstPaintMs: of('firstPaintMs'),
    largestPaintMs: of('largestPaintMs'),
    interactionMs: interactions.length === 0 ? null : median(interactions),
    shift: worst?.shift ?? 0,
    shifts: worst?.shifts ?? [],
    scriptBytes: of('scriptBytes'),
    requests: of('requests'),
  }
}
