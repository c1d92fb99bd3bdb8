/** What an order uses, from what was counted in the Workers. Pure. */
import { MAIN_WORKER } from '../stand-workers.ts'
import type { Item } from './bill.ts'
import type { Counts } from './counts.ts'

/** Per order. */
export type Usage = {
  workerRequests: number
  /** Each a start of a Worker, taken for a request: prices do not say otherwise. */
  queueBatches: number
  objectRequests: number
  /** One a second, isolate and domain at most, whatever the number of orders. */
  breakerRequests: number
  objectSeconds: number
  /** Alarms included. */
  objectRowsWritten: number
  logRowsWritten: number
  /** Of objects, of the saga log and of the catalogue. */
  rowsRead: number
  commandOperations: number
  logOperations: number
}

/** What the domains do in their own databases: the same whoever sends the command. */
export type DomainUsage = { rowsRead: number; rowsWritten: number }

const LOG = { database: 'SAGA_LOG_DB', producer: 'SAGA_LOG', queue: 'edge-saga-log' }
const SENT = ': messages sent'
const DELIVERED = ': messages delivered'
const READ = ': rows read'
const WRITTEN = ': rows written'

type Entry = { worker: string; name: string; count: number }

const isMain = ({ worker }: Entry): boolean => worker === MAIN_WORKER
const isOfLog = ({ name }: Entry): boolean =>
  name === LOG.producer + SENT || name === LOG.queue + DELIVERED

/** `byWorker`: what `orders` orders added to the counts of each Worker. */
export function usageOf(
  byWorker: Record<string, Counts>,
  orders: number,
): { usage: Usage; domains: DomainUsage } {
  const entries = Object.entries(byWorker).flatMap(([worker, counts]) =>
    Object.entries(counts).map(([name, count]): Entry => ({ worker, name, count })),
  )
  const perOrder = (isCounted: (entry: Entry) => boolean): number =>
    rounded(entries.filter(isCounted).reduce((sum, { count }) => sum + count, 0) / orders)
  const named = (name: string): number => perOrder((entry) => entry.name === name)
  return {
    usage: {
      workerRequests: named('requests'),
      queueBatches: named('queue batches'),
      objectRequests: named('object requests'),
      breakerRequests: named('breaker requests'),
      objectSeconds: rounded(named('object busy ms') / 1_000),
      objectRowsWritten: named('object rows written'),
      logRowsWritten: named(LOG.database + WRITTEN),
      rowsRead: perOrder((it) => isMain(it) && /(^object|:) rows read$/.test(it.name)),
      commandOperations: operations((isOf) => perOrder((it) => !isOfLog(it) && isOf(it))),
      logOperations: operations((isOf) => perOrder((it) => isOfLog(it) && isOf(it))),
    },
    domains: {
      rowsRead: perOrder((it) => !isMain(it) && it.name.endsWith(READ)),
      rowsWritten: perOrder((it) => !isMain(it) && it.name.endsWith(WRITTEN)),
    },
  }
}

/** A message is written once, read as often as it is delivered, and deleted once. */
const operations = (count: (isOf: (entry: Entry) => boolean) => number): number =>
  rounded(
    2 * count(({ name }) => name.endsWith(SENT)) + count(({ name }) => name.endsWith(DELIVERED)),
  )

export const itemsOf = (usage: Usage): Item[] => [
  { what: 'object rows written', perOrder: usage.objectRowsWritten, price: 'rowWritten' },
  { what: 'saga log rows written', perOrder: usage.logRowsWritten, price: 'rowWritten' },
  { what: 'rows read', perOrder: usage.rowsRead, price: 'rowRead' },
  { what: 'command queue operations', perOrder: usage.commandOperations, price: 'queueOperation' },
  { what: 'saga log queue operations', perOrder: usage.logOperations, price: 'queueOperation' },
  { what: 'object requests', perOrder: usage.objectRequests, price: 'objectRequest' },
  { what: 'breaker requests', perOrder: usage.breakerRequests, price: 'objectRequest' },
  { what: 'object seconds', perOrder: usage.objectSeconds, price: 'objectSecond' },
  { what: 'Worker requests', perOrder: usage.workerRequests, price: 'workerRequest' },
  { what: 'queue batches', perOrder: usage.queueBatches, price: 'workerRequest' },
]

const PLACES = 4
const rounded = (value: number): number => Number(value.toFixed(PLACES))
