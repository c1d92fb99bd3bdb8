/** What a run of the bench says. */
import type { Bill } from './cost/bill.ts'
import type { OrderKind } from './cost/order-kinds.ts'
import type { DomainUsage, Usage } from './cost/usage.ts'
import type { SeriesName } from './names.ts'

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
  /** Good orders that bring no quote, and those whose quote is asked for first. */
  unquotedVsWorkflows: number | null
  visitVsWorkflows: number | null
  /** Milliseconds: below 1 is better. */
  goodP99VsWorkflows: number | null
  declinedP99VsWorkflows: number | null
  /** Orders per second to bare objects per second. */
  goodVsBare: number | null
}

/** Orders of one kind: what one of them uses, counted in a run, and what a million of them cost. */
export type KindCost = {
  kind: OrderKind
  orders: number
  usage: Usage
  domains: DomainUsage
  /** Of the order's process and the saga log: without the domains' own rows. */
  bill: Bill
  /** The same order on Workflows, by their price list. */
  workflows: Bill
  /** What the domains did for it, counted; null where the peer knows no such order. */
  workflowsDomains: DomainUsage | null
}

export type Cost = {
  goodPerMillionUsd: number
  workflowsPerMillionUsd: number
  kinds: KindCost[]
}

/** From the commit of an order's transition to each socket that watches the order. */
export type FanOut = {
  sockets: number
  orders: number
  updates: number
  p50Ms: number
  p99Ms: number
  worstMs: number
}

/** Many buyers of few units. `compensated`: refused after something was held for them. */
export type HotSku = {
  buyers: number
  units: number
  clients: number
  sold: number
  refusedAtOnce: number
  compensated: number
  refusalP50Ms: number
  refusalP99Ms: number
}

/** From the start of workerd to its first answer. */
export type StartUp = { starts: number; p50Ms: number; worstMs: number }

/** Resident, of workerd. */
export type Memory = { orders: number; halfwayMib: number; mibPerThousand: number }

/** What is measured once in a run; null: not measured. */
export type Probes = {
  fanOut: FanOut | null
  hotSku: HotSku | null
  startUp: StartUp | null
  memory: Memory | null
  cost: Cost | null
}

export type BenchResult = Probes & {
  machine: Machine
  secondsPerCell: number
  deadlineMs: number
  series: SeriesResult[]
  ratiosAtClients: number
  ratios: Ratios
  tookS: number
  /** What ended the run before all of it was measured; null: nothing did. */
  failure: string | null
}
