import { describe, expect, it } from 'vitest'
import { readable } from './readable.ts'
import { type RunOptions, run } from './run.ts'
import { shrink } from './shrink.ts'
import { useStage } from './use-stage.ts'

const stageOf = useStage()

async function traceOf(options: Omit<RunOptions, 'stage' | 'tell'>): Promise<string> {
  const lines: string[] = []
  await run({ ...options, stage: stageOf(), tell: (line) => lines.push(line) })
  return lines.join('\n')
}

/** Seeds whose weather is bad enough for a bug to show. */
const SEEDS = Array.from({ length: 40 }, (_, index) => 5_000 + index)

/** Here faults find nothing to strike; they must leave nothing behind. */
const IN_VAIN = [28, 212, 402]

/** Every run of a command has the same nonce: the barrier no longer knows whose row is whose. */
const noNonce: RunOptions['plant'] = (world) => {
  world.newNonce = () => 'the same for all'
}

async function firstFailure(plant: RunOptions['plant']) {
  for (const seed of SEEDS) {
    const outcome = await run({ seed, stage: stageOf(), plant })
    if (outcome.violations.length > 0) return outcome
  }
  throw new Error('the bug was not found')
}

describe('a run', () => {
  it('is the same each time, to the byte', async () => {
    for (const seed of SEEDS.slice(0, 10)) {
      const first = await traceOf({ seed })
      expect(first).toContain('order 0 v1')
      expect(await traceOf({ seed })).toBe(first)
    }
  })

  it('is the same when it is given its own faults instead of chances', async () => {
    for (const seed of [...SEEDS, ...IN_VAIN]) {
      const { struck } = await run({ seed, stage: stageOf() })
      expect(await traceOf({ seed, only: new Set(struck) })).toBe(await traceOf({ seed }))
    }
  })

  it('without any fault settles every order within its deadline', async () => {
    for (const seed of SEEDS) {
      const { orders, violations } = await run({ seed, stage: stageOf(), only: new Set() })
      expect(violations).toEqual([])
      expect(Math.max(...orders.map(({ movedMs }) => movedMs))).toBeLessThan(3_000)
    }
  })
})

describe('a bug that was planted', () => {
  it('is found', async () => {
    const { violations } = await firstFailure(noNonce)
    expect(violations[0]).toContain('not settled')
  })

  it('is shrunk to few faults, and can be read', async () => {
    const failed = await firstFailure(noNonce)
    const shrunk = await shrink(stageOf(), failed, noNonce)
    expect(shrunk.only?.size).toBeLessThanOrEqual(3)
    const text = await readable(stageOf(), failed, noNonce)
    const [order] = /order \d+/v.exec(text) ?? []
    expect(text).toContain(`seed ${failed.seed}: ${order} not settled`)
    expect(text).toContain(`${order} v1 order-placed`)
    expect(text).toContain('VIOLATION')
  })
})
