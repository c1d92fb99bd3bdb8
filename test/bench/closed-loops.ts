/** The series, each number of clients running all of them back to back, on one stand. */
import { fillBasket } from './basket.ts'
import { measure } from './cell.ts'
import type { SeriesName } from './names.ts'
import { ObjectBudget } from './object-budget.ts'
import type { Cell, SeriesResult } from './result.ts'
import { allSeries } from './series.ts'
import { openStand } from './stand.ts'
import { stockUp } from './supplies.ts'
import type { Surroundings } from './surroundings.ts'

export type LoopOptions = {
  clients: number[]
  seconds: number
  /** Per cell; null: as many as the time allows. */
  requestsMax: number | null
}

/** Adds the cells to the results. A machine that is busy for a while then hits all series alike. */
export async function measureSeries(
  results: readonly SeriesResult[],
  options: LoopOptions,
  { tell, signal, onStop }: Surroundings,
): Promise<void> {
  if (results.length === 0) return
  const budget = new ObjectBudget()
  const stand = await openStand(onStop)
  try {
    await stockUp(stand)
    const all = allSeries(stand, await fillBasket(stand))
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
  } finally {
    await stand.stop()
  }
}

const lineOf = (name: SeriesName, { clients, perSecond, p50Ms, p99Ms }: Cell): string =>
  `${name.padEnd(20)} ${String(clients).padStart(4)} clients ${perSecond.toFixed(1).padStart(9)}/s` +
  `   P50 ${p50Ms.toFixed(1)} ms   P99 ${p99Ms.toFixed(1)} ms`
