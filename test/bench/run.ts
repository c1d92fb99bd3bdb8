/** The whole bench: each number of clients runs all series back to back. */
import { fillBasket } from './basket.ts'
import { measure } from './cell.ts'
import { describeMachine } from './machine.ts'
import { ObjectBudget } from './object-budget.ts'
import { RATIOS_AT_CLIENTS, ratiosOf } from './ratios.ts'
import type { BenchResult, Cell, SeriesResult } from './result.ts'
import { SERIES_NAMES, type SeriesName, allSeries } from './series.ts'
import { DEADLINE_MS, openStand } from './stand.ts'
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
  { tell, signal, onStop }: Surroundings,
): Promise<BenchResult> {
  const beganAtMs = Date.now()
  const budget = new ObjectBudget()
  const stand = await openStand(onStop)
  try {
    await stockUp(stand)
    const machine = describeMachine(stand.stateDir)
    const all = allSeries(stand, await fillBasket(stand))
    const names = SERIES_NAMES.filter((name) => options.only.includes(name))
    const cells = new Map<SeriesName, Cell[]>(names.map((name) => [name, []]))
    const { seconds, requestsMax } = options
    for (const clients of options.clients) {
      for (const name of names) {
        const cell = await measure({
          ...{ stand, budget, signal, clients, seconds },
          series: all[name],
          requestsMax: requestsMax ?? Number.MAX_SAFE_INTEGER,
        }).catch((cause: unknown) => {
          const reason = cause instanceof Error ? cause.message : String(cause)
          throw new Error(`${name} at ${clients} clients: ${reason}`, { cause })
        })
        cells.get(name)?.push(cell)
        tell(lineOf(name, cell))
      }
    }
    const series = [...cells].map(([name, its]): SeriesResult => ({ name, cells: its }))
    return {
      machine,
      secondsPerCell: seconds,
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

const lineOf = (name: SeriesName, { clients, perSecond, p50Ms, p99Ms }: Cell): string =>
  `${name.padEnd(20)} ${String(clients).padStart(4)} clients ${perSecond.toFixed(1).padStart(9)}/s` +
  `   P50 ${p50Ms.toFixed(1)} ms   P99 ${p99Ms.toFixed(1)} ms`
