/**
 * `npm run chaos`, small: the whole shop, killed while orders run and domains fail, and started
 * again on the same state. What must hold, C1 to C4, is said in scripts/chaos/run.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resultOf } from '../../scripts/chaos/result.ts'
import { runChaos } from '../../scripts/chaos/run.ts'
import { type Server, startServer } from '../../scripts/chaos/server.ts'
import { stockUp } from '../../scripts/chaos/stock.ts'
import { tablesOf } from '../../scripts/chaos/table.ts'
import { forgetState, temporaryState } from '../../scripts/local/temporary-shop.ts'
import { PATIENT } from '../support/shop-for-tests.ts'

// Outages that are shorter than the retries of a compensation: a parked saga takes its minute.
const OPTIONS = { orders: 60, kills: 2, seed: 1, spellMsMax: 4_000 }

const stateDir = temporaryState('chaos')
let server: Server | null = null

beforeAll(async () => {
  await stockUp(stateDir, OPTIONS.orders)
})

afterAll(async () => {
  await server?.stop(5_000)
  forgetState(stateDir)
})

describe('SIGKILL to everything, and a start on the same state', () => {
  it(
    `${OPTIONS.kills} times: nothing is lost, doubled, open or untrue (C1 to C4)`,
    { timeout: 600_000 },
    async () => {
      server = startServer(stateDir, PATIENT)
      const result = resultOf(await runChaos(OPTIONS, server, () => {}))
      console.log(tablesOf(result))

      const flaws = result.flaws.filter(({ count }) => count > 0)
      expect(flaws, result.details.join('\n')).toEqual([])
      expect(result.ok).toBe(true)
      // Otherwise the kills came too late to prove anything.
      expect(result.kills).toBe(OPTIONS.kills)
      expect(result.interrupted.orders).toBeGreaterThan(0)
      expect(Object.keys(result.versions).toSorted()).toEqual(['on version 1', 'on version 2'])
      const ends = result.ends.flatMap((kind) => Object.keys(kind.ends))
      expect(ends).toEqual(expect.arrayContaining(['confirmed', 'failed']))
    },
  )
})
