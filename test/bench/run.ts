/** The whole bench: each number of clients runs all series back to back. */
import { fillBasket } from './basket.ts'
import { measure } from './cell.ts'
import { describeMachine } from './machine.ts'
import { ObjectBudget } from './object-budget.ts'
import { RATIOS_AT_CLIENTS, ratiosOf } from './ratios.ts'
import type { BenchResult, Cell, SeriesResult } from './result.ts'
import { SERIES_NAMES, type SeriesName, allSeries } from './series.ts'
import { DEADLINE_MS, type Stand, openStand } from './stand.ts'
import { stockUp } from './supplies.ts'

export type BenchOptions = {
  clients: number[]
  seconds: number
  /** Per cell; null: as many as the time allows. */
  requestsMax: number | null
  only: SeriesName[]
}

export type Surroundings = {
  tell: (line: string) => void
  signal: AbortSignal
  /** Hears how to stop what was started, as soon as there is something to stop. */
  onStop: (stop: () => Promise<void>) => void
}

export async function runBench(
  options: BenchOptions,
  surroundings: Surroundings,
): Promise<BenchResult> {
  const beganAtMs = Date.now()
  const budget = new ObjectBudget()
  const stand = await openStand(surroundings.onStop)
  try {
    await stockUp(stand)
    const machine = describeMachine(stand.stateDir)
    const series = await measureAll(stand, budget, options, surroundings)
    return {
      machine,
      secondsPerCell: options.seconds,
      deadlineMs: DEADLINE_MS,
      series,
      ratiosAtClients: RATIOS_AT_CLIENTS,
      ratios: ratiosOf(series),
      tookS: Math.round((Date.now() - beganAtMs) / 1000),
    }
  } finally {
    await stand.stop()
  }
}

/** A machine that is busy for a while then hits all series alike. */
async function measureAll(
  stand: Stand,
  budget: ObjectBudget,
  options: BenchOptions,
  { tell, signal }: Surroundings,
): Promise<SeriesResult[]> {
  const all = allSeries(stand, await fillBasket(stand))
  const names = SERIES_NAMES.filter((name) => options.only.includes(name))
  const results = names.map((name): SeriesResult => ({ name, cells: [] }))
  const requestsMax = options.requestsMax ?? Number.MAX_SAFE_INTEGER
  const { seconds } = options
  for (const clients of options.clients) {
    for (const { name, cells } of results) {
      const series = all[name]
      const cell = await measure({ stand, series, clients, seconds, requestsMax, budget, signal })
        // Where it happened is not in what it says.
        .catch((cause: unknown) => {
          const reason = cause instanceof Error ? cause.message : String(cause)
          throw new Error(`${name} at ${clients} clients: ${reason}`, { cause })
        })
      cells.push(cell)
      tell(lineOf(name, cell))
    }
  }
  return results
}

const lineOf = (name: SeriesName, { clients, perSecond, p50Ms, p99Ms }: Cell): string =>
  `${name.padEnd(20)} ${String(clients).padStart(4)} clients ${perSecond.toFixed(1).padStart(9)}/s` +
  `   P50 ${p50Ms.toFixed(1)} ms   P99 ${p99Ms.toFixed(1)} ms`
