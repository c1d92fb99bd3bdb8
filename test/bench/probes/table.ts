/** What was measured once, for people. */
import type { BenchResult, FanOut, HotSku, Memory, StartUp } from '../result.ts'
import { heading, row } from '../table-row.ts'

export const probesTable = ({ fanOut, hotSku, startUp, memory }: BenchResult): string[] => [
  ...(fanOut ? fanOutRows(fanOut) : []),
  ...(hotSku ? hotSkuRows(hotSku) : []),
  ...(startUp ? startUpRows(startUp) : []),
  ...(memory ? memoryRows(memory) : []),
]

const number = (name: string, value: number): string => row(name, [value.toLocaleString('en')])

const fanOutRows = ({ sockets, orders, updates, p50Ms, p99Ms }: FanOut): string[] => [
  heading('updates by socket, of address changes, 8 at a time', []),
  number('sockets held', sockets),
  number('orders that they watch', orders),
  number('updates that came', updates),
  number('from commit to client, P50, ms', p50Ms),
  number('from commit to client, P99, ms', p99Ms),
]

const hotSkuRows = (sale: HotSku): string[] => [
  heading('the hot SKU', []),
  number('buyers', sale.buyers),
  number('at a time', sale.clients),
  number('units', sale.units),
  number('sold; the audit found nothing', sale.sold),
  number('refused at once', sale.refusedAtOnce),
  number('refused after their holds were given back', sale.compensated),
  number('refusals, P50, ms', sale.refusalP50Ms),
  number('refusals, P99, ms', sale.refusalP99Ms),
]

const startUpRows = ({ starts, p50Ms, worstMs }: StartUp): string[] => [
  heading(`from the start of workerd to the first answer, ${starts} times`, []),
  number('P50, ms', p50Ms),
  number('worst, ms', worstMs),
]

const memoryRows = ({ orders, halfwayMib, mibPerThousand }: Memory): string[] => [
  heading(`workerd's memory, with ${orders} open orders`, []),
  number('with half of them, MiB', halfwayMib),
  number('more for each thousand, MiB', mibPerThousand),
]
