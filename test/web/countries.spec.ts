import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { COUNTRIES } from '../../web/src/stores/checkout.ts'

const SEED = join(import.meta.dirname, '../../worker/domains/logistics/seed.sql')

it('the page offers just the countries that the example shop delivers to', () => {
  const rows = readFileSync(SEED, 'utf8').matchAll(/\('([A-Z]{2})', \d+\)/g)
  const served = new Set([...rows].map(([, code]) => code))
  expect(served.size).toBeGreaterThan(10)
  expect(new Set(COUNTRIES)).toEqual(served)
})
