/** The simulation itself: `npm run simulate`, as short as it can be and still say something. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { runCommand } from '../../scripts/terminal/command.ts'
import { FAULT_KINDS } from './faults.ts'

const RUNS = 20_000
/** The same each time: new seeds are looked at with `npm run simulate -- --seed`. */
const FIRST_SEED = 1

const tallySchema = z.object({
  runs: z.int(),
  sagas: z.int(),
  outcomes: z.record(z.string(), z.int()),
  faults: z.record(z.string(), z.int()),
  needsWalk: z.int(),
  failures: z.array(z.unknown()),
})

const folder = mkdtempSync(join(tmpdir(), 'edge-saga-simulation-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe(`${RUNS} runs from seed ${FIRST_SEED} on`, () => {
  const json = join(folder, 'tally.json')
  let tally: z.infer<typeof tallySchema>
  let output = ''
  let code = -1

  beforeAll(async () => {
    const args = ['simulate', '--', '--runs', RUNS, '--seed', FIRST_SEED, '--json', json]
    const result = await runCommand('npm', ['run', '--silent', ...args.map(String)])
    ;({ code, output } = result)
    tally = tallySchema.parse(JSON.parse(readFileSync(json, 'utf8')))
  })

  it('violate nothing', () => {
    expect(code, output).toBe(0)
    expect(tally.failures).toEqual([])
    expect(tally.runs).toBe(RUNS)
  })

  it('meet every kind of fault', () => {
    expect(FAULT_KINDS.filter((kind) => !tally.faults[kind])).toEqual([])
  })

  it('end in every way', () => {
    expect(tally.outcomes.completed).toBeGreaterThan(RUNS / 4)
    expect(tally.outcomes.compensated).toBeGreaterThan(RUNS / 4)
  })
})

it('every single fault, one at a time, violates nothing', async () => {
  const { code, output } = await runCommand('npm', [
    'run',
    '--silent',
    'simulate',
    '--',
    '--single-faults',
  ])
  console.log(output)
  expect(code, output).toBe(0)
  expect(output).toContain(' 0 violations')
})
