/** What people read. */
import type { Machine, Ratios } from './result.ts'
import type { SeriesName } from './names.ts'

export const TITLES: Record<SeriesName, string> = {
  'no-op': 'no-op request',
  'bare-object': 'bare object, one durable write',
  'workflows-good': 'Workflows, good order',
  'workflows-declined': 'Workflows, declined order',
  'edge-saga-good': 'edge-saga, good order',
  'edge-saga-declined': 'edge-saga, declined order',
  'edge-saga-unquoted': 'edge-saga, good, no quote before',
  'edge-saga-visit': 'edge-saga, quote and good order',
}

export const RATIO_TITLES: Record<keyof Ratios, string> = {
  goodVsWorkflows: 'good orders/s, edge-saga to Workflows',
  declinedVsWorkflows: 'declined orders/s, edge-saga to Workflows',
  unquotedVsWorkflows: 'without a quote before, to Workflows',
  visitVsWorkflows: 'quote and order, to Workflows',
  goodP99VsWorkflows: 'P99 of good orders, edge-saga to Workflows',
  declinedP99VsWorkflows: 'P99 of declined orders, edge-saga to Workflows',
  goodVsBare: 'good orders/s to bare objects/s',
}

export const machineTitle = ({ cpu, cores, memoryGib, node, workerd }: Machine): string =>
  `${cpu}, ${cores} cores, ${memoryGib} GiB, workerd ${workerd}, Node ${node}`
