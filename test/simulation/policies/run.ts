/** One policy's run, from the first order until nothing moves any more. */
import { drained } from '../schedule.ts'
import { onClock } from '../clock.ts'
import { Books } from './books.ts'
import type { NewPolicy } from './policy.ts'
import { Shoppers } from './shoppers.ts'
import { World, type WorldOptions } from './world.ts'

export type Watch = {
  /** Between steps, now and then; false ends the run. */
  goOn(virtualMs: number): Promise<boolean>
}

export type Ran = { books: Books; arrived: number; asked: World['asked'] }

const STEPS_BETWEEN_LOOKS = 200_000
/** So long after the last order what is still open counts as never done. */
const AFTERWARDS_MS_MAX = 3_600_000

/** null: it was ended early. */
export async function runPolicy(
  newPolicy: NewPolicy,
  options: WorldOptions,
  watch?: Watch,
): Promise<Ran | null> {
  const world = new World(options)
  const books = new Books()
  const fromMs = world.schedule.nowMs
  return onClock(world.nowMs, async () => {
    const policy = newPolicy(world, books)
    const shoppers = new Shoppers(world, books, policy, options)
    shoppers.come()
    const endMs = fromMs + options.seconds * 1_000 + AFTERWARDS_MS_MAX
    for (let steps = 1; world.schedule.nowMs < endMs && world.schedule.step(); steps += 1) {
      if (policy.takeBusy()) await drained()
      if (watch && steps % STEPS_BETWEEN_LOOKS === 0) {
        if (!(await watch.goOn(world.schedule.nowMs - fromMs))) return null
      }
    }
    return { books, arrived: shoppers.arrived, asked: world.asked }
  })
}
