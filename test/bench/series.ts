/** What is measured, each thing at several numbers of clients. */
import type { Basket, Kind } from './basket.ts'
import type { Answer, Call } from './http.ts'
import type { SeriesName } from './names.ts'
import { bareObjectSeries, noOpSeries } from './series/bare.ts'
import { edgeSagaSeries } from './series/edge-saga.ts'
import { workflowsSeries } from './series/workflows.ts'
import type { Stand } from './stand.ts'

export type Series = {
  url: URL
  /** null: no orders, so there are no books to keep. */
  kind: Kind | null
  objectsPerCall: number
  /** Their files stay open for good. */
  keepsObjects?: true
  /** Made before the time runs. */
  calls: (count: number) => Promise<Call[]>
  /** What is wrong with an answer, or null. */
  objection: (answer: Answer) => string | null
  /** Resolves when so many more orders are over, and nothing of them moves any more. */
  atRest: (orders: number) => Promise<void>
}

export function allSeries(stand: Stand, basket: Basket): Record<SeriesName, Series> {
  const workflows = workflowsSeries(stand, basket)
  const edgeSaga = edgeSagaSeries(stand, basket)
  return {
    'no-op': noOpSeries(stand),
    'bare-object': bareObjectSeries(stand),
    'workflows-good': workflows('good'),
    'workflows-declined': workflows('declined'),
    'edge-saga-good': edgeSaga('good', 'shown'),
    'edge-saga-declined': edgeSaga('declined', 'shown'),
    'edge-saga-unquoted': edgeSaga('good', 'none'),
    'edge-saga-visit': edgeSaga('good', 'asked'),
  }
}
