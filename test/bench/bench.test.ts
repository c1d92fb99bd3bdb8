/** The bench in miniature: every series, a few orders, on a stand of its own. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chartOf } from './chart.ts'
import type { BenchResult } from './result.ts'
import { runBench } from './run.ts'
import { SERIES_NAMES } from './series.ts'
import { tableOf } from './table.ts'
import { TITLES } from './titles.ts'

const CLIENTS = 2
const ORDERS = 3

let result: BenchResult
const told: string[] = []
const stops: (() => Promise<void>)[] = []

beforeAll(async () => {
  result = await runBench(
    { clients: [CLIENTS], seconds: 30, requestsMax: ORDERS, only: [...SERIES_NAMES] },
    {
      tell: (line) => told.push(line),
      signal: new AbortController().signal,
      onStop: (stop) => stops.push(stop),
    },
  )
})
afterAll(() => Promise.all(stops.map((stop) => stop())))

describe('a bench', () => {
  it.each(SERIES_NAMES)('%s: every request ended as it should, and was measured', (name) => {
    const cells = result.series.find((series) => series.name === name)?.cells
    expect(cells).toHaveLength(1)
    const [cell] = cells ?? []
    expect(cell).toMatchObject({ clients: CLIENTS, requests: ORDERS })
    expect(cell?.perSecond).toBeGreaterThan(0)
    expect(cell?.p50Ms).toBeGreaterThan(0)
    expect(cell?.p99Ms).toBeGreaterThanOrEqual(cell?.p50Ms ?? Infinity)
  })

  it('tells of each cell as it goes', () => {
    expect(told).toHaveLength(SERIES_NAMES.length)
  })

  it('says where and when it was measured', () => {
    const { cpu, cores, node, workerd, state, date } = result.machine
    expect({ cpu, node, workerd, state }).toEqual({
      cpu: expect.stringMatching(/./),
      node: process.versions.node,
      workerd: expect.stringMatching(/^1\./),
      state: expect.stringContaining('edge-saga-bench-'),
    })
    expect(cores).toBeGreaterThan(0)
    expect(Date.parse(date)).toBeLessThanOrEqual(Date.now())
  })

  it('shows every series in its table and in its chart', () => {
    for (const text of [tableOf(result), chartOf(result)]) {
      for (const name of SERIES_NAMES) expect(text).toContain(TITLES[name])
      expect(text).not.toMatch(/NaN|Infinity|undefined/)
    }
  })
})
