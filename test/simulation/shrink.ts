/** From a run that fails to the least that still does: fewer orders, fewer faults. */
import type { Outcome, RunOptions } from './run.ts'
import { run } from './run.ts'
import type { Stage } from './stage.ts'

const ORDERS_MAX = 3
const TRIES_MAX = 400

export type Shrunk = Pick<RunOptions, 'without' | 'only'> & { seed: number; tries: number }

export async function shrink(
  stage: Stage,
  failed: Outcome,
  plant?: RunOptions['plant'],
): Promise<Shrunk> {
  const { seed } = failed
  let tries = 0
  const fails = async (only: readonly string[], without: readonly number[]): Promise<boolean> => {
    tries += 1
    if (tries > TRIES_MAX) return false
    const options = { seed, stage, plant, only: new Set(only), without: new Set(without) }
    const { violations } = await run(options)
    return violations.length > 0
  }

  let without: number[] = []
  let only: readonly string[] = failed.struck
  for (let index = 0; index < ORDERS_MAX; index += 1) {
    if (await fails(only, [...without, index])) without = [...without, index]
  }
  // By halves first, then ever smaller pieces: most faults have nothing to do with it.
  for (let size = Math.ceil(only.length / 2); size >= 1; size = size > 1 ? size >> 1 : 0) {
    only = await withoutPieces(only, size, (fewer) => fails(fewer, without))
  }
  return { seed, only: new Set(only), without: new Set(without), tries }
}

/** `items` without those pieces of `size` that are not needed. */
async function withoutPieces<Item>(
  items: readonly Item[],
  size: number,
  isEnough: (fewer: readonly Item[]) => Promise<boolean>,
): Promise<readonly Item[]> {
  let left = items
  for (let from = 0; from < left.length;) {
    const fewer = left.toSpliced(from, size)
    if (await isEnough(fewer)) left = fewer
    else from += size
  }
  return left
}
