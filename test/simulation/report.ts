/** What a simulation has to say when it is over. */
import { type Enumerated, STORY_NAMES } from './enumeration.ts'
import { type Tally, faultCounts } from './tally.ts'

type Circumstances = { firstSeed: number; jobs: number; tookMs: number }

export function report(tally: Tally, { firstSeed, jobs, tookMs }: Circumstances): string {
  const perS = Math.round((tally.sagas / tookMs) * 1_000)
  const faults = faultCounts(tally)
  const total = faults.reduce((sum, [, count]) => sum + count, 0)
  const rows: [string, string][] = [
    ['seeds', `${firstSeed} to ${firstSeed + tally.runs - 1}`],
    ['runs', number(tally.runs)],
    ['sagas', `${number(tally.sagas)} (${counts(tally.outcomes)})`],
    ['steps', number(tally.steps)],
    ['time', `${(tookMs / 1_000).toFixed(1)} s, ${number(perS)} sagas/s in ${jobs} process(es)`],
    ['faults', number(total)],
    ...faults.map(([kind, count]): [string, string] => [`  ${kind}`, number(count)]),
    ['settled after all was well', healed(tally)],
    ['  the latest', `${(tally.healedAfterMsMax / 1_000).toFixed(1)} s`],
    ['D1 completed by the walk only', number(tally.needsWalk)],
    ['violations', number(tally.failures.length)],
  ]
  return rows.map(([what, value]) => `${what.padEnd(30)} ${value}`).join('\n')
}

const number = (value: number): string => value.toLocaleString('en')

const counts = (record: Record<string, number>): string =>
  Object.entries(record)
    .map(([name, count]) => `${number(count)} ${name}`)
    .join(', ')

/** Cumulative: what share was settled within which time. */
function healed({ healedWithinMs }: Tally): string {
  const bounds = Object.keys(healedWithinMs).toSorted((a, b) => Number(a) - Number(b))
  const total = Object.values(healedWithinMs).reduce((sum, count) => sum + count, 0)
  let within = 0
  return bounds
    .map((bound) => {
      within += healedWithinMs[bound] ?? 0
      return `${((within / total) * 100).toFixed(3)} % < ${Number(bound) / 1_000} s`
    })
    .join(', ')
}

export function reportOfEnumeration(done: readonly Enumerated[], tookMs: number): string {
  const runs = done.reduce((sum, chapter) => sum + chapter.runs, 0)
  const points = STORY_NAMES.map((story): [string, number] => {
    const ofStory = done.filter((chapter) => chapter.story === story)
    return [story, Math.max(0, ...ofStory.map((chapter) => chapter.points))]
  })
  const failed = done.flatMap((chapter) =>
    chapter.failed.map(
      (it) => `${chapter.story}, ${it.points.join(' + ')}: ${it.violation} (${it.seed})`,
    ),
  )
  return [
    ...points.map(([story, count]) => `${story.padEnd(40)} ${number(count)} points`),
    `${number(runs)} runs in ${(tookMs / 1_000).toFixed(1)} s, ${failed.length} violations`,
    ...failed,
  ].join('\n')
}
