/** One seed, one run: as far as a run is drawn. */
import { describe, expect, it } from 'vitest'
import { KINDS, drawErrands } from '../../scripts/chaos/errands.ts'
import { WEATHERS, drawSpell } from '../../scripts/chaos/weather.ts'
import { seededRandom } from '../../scripts/demo/random.ts'

const errandsOf = (seed: number) => drawErrands(2_000, seededRandom(seed))

function spellsOf(seed: number) {
  const random = seededRandom(seed)
  return Array.from({ length: 200 }, () => drawSpell(random, 10_000))
}

describe('what is drawn', () => {
  it('is the same for the same seed, and other for another', () => {
    expect(errandsOf(1)).toEqual(errandsOf(1))
    expect(errandsOf(1)).not.toEqual(errandsOf(2))
    expect(spellsOf(1)).toEqual(spellsOf(1))
    expect(spellsOf(1)).not.toEqual(spellsOf(2))
  })

  it('has orders of every kind, each with a key of its own', () => {
    const errands = errandsOf(1)
    expect(new Set(errands.map(({ kind }) => kind))).toEqual(new Set(KINDS))
    expect(new Set(errands.map(({ key }) => key)).size).toBe(errands.length)
  })

  it('has weather of every kind, none longer than it may be', () => {
    const spells = spellsOf(1)
    expect(new Set(spells.map(({ weather }) => weather))).toEqual(new Set(WEATHERS))
    expect(Math.max(...spells.map(({ lastsMs }) => lastsMs))).toBeLessThanOrEqual(10_000)
  })
})
