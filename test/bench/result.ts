/** What a run of the bench says. */
import type { SeriesName } from './series.ts'

/** One series at one number of clients. Times are from the request to its outcome. */
export type Cell = {
  clients: number
  requests: number
  /** From the first request until nothing moved any more. */
  seconds: number
  perSecond: number
  p50Ms: number
  p99Ms: number
}

export type SeriesResult = { name: SeriesName; cells: Cell[] }

export type Machine = {
  cpu: string
  cores: number
  memoryGib: number
  node: string
  workerd: string
  openFilesMax: number
  /** Where databases and objects lay. */
  state: string
  date: string
}

/** Of edge-saga to the other; null where one of the two was not measured. */
export type Ratios = {
  /** Orders per second: above 1 is better. */
  goodVsWorkflows: number | null
  declinedVsWorkflows: number | null
  /** Milliseconds: below 1 is better. */
  goodP99VsWorkflows: number | null
  declinedP99VsWorkflows: number | null
  /** Orders per second to bare objects per second. */
  goodVsBare: number | null
}

export type BenchResult = {
  machine: Machine
  secondsPerCell: number
  deadlineMs: number
  series: SeriesResult[]
  ratiosAtClients: number
  ratios: Ratios
  tookS: number
}
