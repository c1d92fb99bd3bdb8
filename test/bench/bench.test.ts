/** The bench in miniature: every series, a few orders, on a stand of its own. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chartOf } from './chart.ts'
import { type BenchName, SERIES_NAMES } from './names.ts'
import type { BenchResult } from './result.ts'
import { runBench } from './run.ts'
import { tableOf } from './table.ts'
import { TITLES } from './titles.ts'

const CLIENTS = 2
const ORDERS = 3
const SCALE = {
  sockets: 3,
  sale: { buyers: 4, units: 2, clients: 4 },
  starts: 1,
  openOrders: 2,
  ordersCounted: 1,
}

let result: BenchResult
/** The cost has a test of its own. */
const PROBES = ['sockets', 'hot-sku', 'start-up', 'memory'] as const
const ONLY: BenchName[] = [...SERIES_NAMES, ...PROBES]

const told: string[] = []
const stops: (() => Promise<void>)[] = []

beforeAll(async () => {
  result = await runBench(
    { clients: [CLIENTS], seconds: 30, requestsMax: ORDERS, only: ONLY, scale: SCALE },
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

  it('keeps what was measured before something failed, and says what did', async () => {
    const only = ['no-op', 'start-up'] as const
    const partial = await runBench(
      { clients: [CLIENTS], seconds: 30, requestsMax: 1, only, scale: { ...SCALE, starts: 0 } },
      {
        tell: () => undefined,
        signal: new AbortController().signal,
        onStop: (stop) => stops.push(stop),
      },
    )
    expect(result.failure).toBeNull()
    expect(partial.failure).toMatch(/^start-up: /)
    expect(partial.series.map(({ cells }) => cells.length)).toEqual([1])
  })

  it('tells of each cell as it goes', () => {
    expect(told).toHaveLength(ONLY.length)
  })

  it('sockets: every update came to every socket that watches its order', () => {
    const { fanOut } = result
    expect(fanOut).toMatchObject({ sockets: SCALE.sockets, orders: 1 })
    expect(fanOut?.updates).toBeGreaterThanOrEqual(SCALE.sockets)
    expect(fanOut?.p99Ms).toBeLessThanOrEqual(fanOut?.worstMs ?? 0)
  })

  it('hot-sku: as many were sold as there were, and all others refused', () => {
    const { buyers, units } = SCALE.sale
    const { sold = 0, refusedAtOnce = 0, compensated = 0, refusalP99Ms } = result.hotSku ?? {}
    expect(sold).toBe(units)
    expect(refusedAtOnce + compensated).toBe(buyers - units)
    expect(refusalP99Ms).toBeGreaterThan(0)
  })

  it('start-up and memory: were measured', () => {
    expect(result.startUp?.starts).toBe(SCALE.starts)
    expect(result.startUp?.p50Ms).toBeGreaterThan(0)
    expect(result.memory?.orders).toBe(SCALE.openOrders)
    expect(result.memory?.halfwayMib).toBeGreaterThan(0)
  })

  it('says where and when it was measured', () => {
    const { cpu, cores, node, workerd, state, date } = result.machine
    expect({ cpu, node, workerd, state }).toEqual({
      cpu: expect.stringMatching(/./),
      node: process.versions.node,
      workerd: expect.stringMatching(/^1\./),
      state: expect.stringMatching(/^\//),
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
