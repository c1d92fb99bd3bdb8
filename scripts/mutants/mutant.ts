/** A bug that is planted on purpose: one edit of one file. */

/** In the order of their cost: what is asked first tells the most for the least time. */
export const SUITE_NAMES = ['core', 'simulation', 'integration', 'participant', 'api'] as const
export type SuiteName = (typeof SUITE_NAMES)[number]

export type Mutant = {
  /** What is wrong with it, as a sentence. */
  name: string
  file: string
  /** Occurs exactly once in the file. */
  find: string
  replace: string
  /** Those that run this code and could see it. */
  suites: readonly SuiteName[]
}

export type Theme = { title: string; mutants: readonly Mutant[] }

/** The source with the bug in it. Throws when the code has moved on, and the mutant has not. */
export function planted({ name, file, find, replace }: Mutant, source: string): string {
  const times = source.split(find).length - 1
  if (times !== 1) {
    throw new Error(`"${name}": ${file} has what it replaces ${times} times, not once:\n${find}`)
  }
  return source.replace(find, () => replace)
}
