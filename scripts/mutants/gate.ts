/**
 * The gate: every mutant must be seen by a suite.
 *
 * G1. A suite that is red without any mutant proves nothing, so all of them must be green first.
 * G2. A mutant that cannot be planted ends the run before it begins: it would prove nothing either.
 * G3. Each mutant is alone in a copy of its own; the checkout is not touched.
 */
import { unreachable } from '../../durable-objects/core/unreachable.ts'
import { concurrently } from '../terminal/concurrently.ts'
import type { Mutant, SuiteName } from './mutant.ts'
import type { Snapshot } from './snapshot.ts'
import type { Suite, Verdict } from './suites.ts'

/** A green run may take long on a busy machine; one with a bug gets a multiple of that. */
const GREEN_LIMIT_MS = 900_000
const LIMIT_MS_MIN = 60_000
const LIMIT_FACTOR = 5

export type Judgement = {
  mutant: Mutant
  verdicts: { suite: SuiteName; verdict: Verdict }[]
  tookMs: number
}

export type GateOptions = {
  mutants: readonly Mutant[]
  snapshot: Snapshot
  /** In the order in which they are asked. */
  suites: ReadonlyMap<SuiteName, Suite>
  jobs: number
  /** Asks every suite, also after the first that is red. */
  isThorough: boolean
  signal: AbortSignal
  onGreen: (suite: SuiteName, tookMs: number) => void
  onJudged: (judgement: Judgement) => void
}

export const isCaught = ({ verdicts }: Judgement): boolean =>
  verdicts.some(({ verdict }) => verdict.kind !== 'green')

export async function judgeAll(options: GateOptions): Promise<Judgement[]> {
  const { mutants, snapshot, jobs, onJudged } = options
  for (const mutant of mutants) snapshot.mutated(mutant)
  const limits = await limitsOfGreenRuns(options)
  return concurrently(mutants, jobs, async (mutant) => {
    const judgement = await judge(mutant, limits, options)
    onJudged(judgement)
    return judgement
  })
}

/** G1. How long each suite may take, by how long it takes without a mutant. */
async function limitsOfGreenRuns(options: GateOptions): Promise<Map<SuiteName, number>> {
  const { mutants, snapshot, suites, signal, onGreen } = options
  const used = [...suites].filter(([name]) =>
    mutants.some((mutant) => mutant.suites.includes(name)),
  )
  const limits = new Map<SuiteName, number>()
  for (const [name, suite] of used) {
    const copy = snapshot.copyWith(null)
    const startedAtMs = Date.now()
    const verdict = await suite(copy, { limitMs: GREEN_LIMIT_MS, signal })
    const tookMs = Date.now() - startedAtMs
    snapshot.discard(copy)
    if (verdict.kind !== 'green') {
      throw new Error(`${name} is not green without any mutant: ${reasonOf(verdict)}`)
    }
    limits.set(name, LIMIT_MS_MIN + LIMIT_FACTOR * tookMs)
    onGreen(name, tookMs)
  }
  return limits
}

async function judge(
  mutant: Mutant,
  limits: ReadonlyMap<SuiteName, number>,
  { snapshot, suites, isThorough, signal }: GateOptions,
): Promise<Judgement> {
  const startedAtMs = Date.now()
  const judgement: Judgement = { mutant, verdicts: [], tookMs: 0 }
  const copy = snapshot.copyWith(mutant)
  for (const [name, suite] of suites) {
    if (!mutant.suites.includes(name)) continue
    if (isCaught(judgement) && !isThorough) break
    const verdict = await suite(copy, { limitMs: limits.get(name) ?? LIMIT_MS_MIN, signal })
    judgement.verdicts.push({ suite: name, verdict })
  }
  snapshot.discard(copy)
  return { ...judgement, tookMs: Date.now() - startedAtMs }
}

export function reasonOf(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'green':
      return 'green'
    case 'red':
      return verdict.by
    case 'timeout':
      return 'nothing within the time limit'
    default:
      return unreachable(verdict)
  }
}
