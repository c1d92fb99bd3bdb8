/** A step that no shopper's order needs would be run in no simulation. */
import { expect, it } from 'vitest'
import { DEFINITIONS, ORDER_CREATE } from '../../durable-objects/sagas/registry.ts'
import { Chance } from './chance.ts'
import { plotOf } from './story.ts'

const SEEDS = 1_000

const stories = Array.from({ length: SEEDS }, (_, seed) => plotOf(new Chance(seed)).stories).flat()

it.each(DEFINITIONS.map(({ ref, steps }) => ({ ...ref, steps })))(
  'there are orders for each step of $name v$version',
  ({ name, version, steps }) => {
    const running = stories.filter((story) =>
      name === ORDER_CREATE.ref.name ? story.version === version : story.returnedAfterMs !== null,
    )
    const idle = steps.filter(({ needed }) => !running.some(({ agreed }) => needed(agreed)))
    expect(
      idle.map((step) => step.name),
      `${running.length} shoppers of test/simulation/story.ts have it run, and none wants these`,
    ).toEqual([])
  },
)
