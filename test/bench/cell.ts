/**
 * One measurement. A cell in which an order is lost, unsettled or has another outcome than it
 * should is an error, not a number.
 */
import { spreadOf } from '../../scripts/chaos/recovery.ts'
import { discrepancies, readBooks } from './books.ts'
import { type Sample, closedLoop } from './load.ts'
import type { ObjectBudget } from './object-budget.ts'
import type { Cell } from './result.ts'
import type { Series } from './series.ts'
import type { Stand } from './stand.ts'

const WARM_UP_S = 0.5
const WARM_UP_REQUESTS_MAX = 500
/** Each order has a customer of its own, made beforehand. */
const ORDERS_MAX = 3_000
const OTHER_REQUESTS_MAX = 200_000
const OBJECTIONS_SHOWN = 3

export type CellOptions = {
  stand: Stand
  series: Series
  clients: number
  seconds: number
  /** The cell ends when so many were sent, though there be time left. */
  requestsMax: number
  budget: ObjectBudget
  signal: AbortSignal
}

export async function measure(options: CellOptions): Promise<Cell> {
  const { stand, series, clients, seconds, requestsMax } = options
  const before = await readBooks(stand)
  const warmUp = await run(options, WARM_UP_S, Math.min(requestsMax, WARM_UP_REQUESTS_MAX))
  const { samples, tookS } = await run(options, seconds, requestsMax)
  const spread = spreadOf(samples.map(({ tookMs }) => tookMs))
  if (spread === null) throw new Error('nothing was measured')

  const orders = series.kind === null ? 0 : warmUp.samples.length + samples.length
  const wrong = discrepancies(before, await readBooks(stand), series.kind, orders)
  if (wrong.length > 0) throw new Error(`the domains' books are wrong: ${wrong.join(', ')}`)
  return {
    clients,
    requests: samples.length,
    seconds: rounded(tookS),
    perSecond: rounded(samples.length / tookS),
    p50Ms: rounded(spread.p50Ms),
    p99Ms: rounded(spread.p99Ms),
  }
}

type Run = { samples: Sample[]; tookS: number }

/** From the first request until all of them are at rest. */
async function run(options: CellOptions, seconds: number, requestsMax: number): Promise<Run> {
  const { series, clients, budget, signal } = options
  const { url, objectsPerCall, keepsObjects = false } = series
  const free = await budget.take(signal)
  const affordable = objectsPerCall === 0 ? OTHER_REQUESTS_MAX : Math.floor(free / objectsPerCall)
  const possible = series.kind === null ? affordable : Math.min(affordable, ORDERS_MAX)
  const calls = await series.calls(Math.min(possible, requestsMax))

  const beganMs = performance.now()
  const samples = await closedLoop({ url, clients, seconds, calls, signal })
  signal.throwIfAborted()
  const objects = samples.length * objectsPerCall
  if (keepsObjects) budget.madeForGood(objects)
  else budget.made(objects)
  const unrest = await series.atRest(samples.length).then(
    () => [],
    (error: unknown) => [error instanceof Error ? error.message : String(error)],
  )
  const tookS = (performance.now() - beganMs) / 1000
  assertGood(options, samples, unrest)
  return { samples, tookS }
}

function assertGood({ series, stand }: CellOptions, samples: Sample[], unrest: string[]): void {
  const objections = samples.flatMap(({ answer }) => series.objection(answer) ?? [])
  if (objections.length + unrest.length === 0) return
  throw new Error(
    [
      `${objections.length} of ${samples.length} requests did not end as they should.`,
      ...objections.slice(0, OBJECTIONS_SHOWN),
      ...unrest,
      ...stand.errors().map((line) => `the Workers said: ${line}`),
    ].join('\n'),
  )
}

const PLACES = 3
const rounded = (value: number): number => Number(value.toFixed(PLACES))
