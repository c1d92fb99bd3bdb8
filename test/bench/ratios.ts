/** Edge-saga beside its peers, at one number of clients. Pure. */
import type { Cell, Ratios, SeriesResult } from './result.ts'
import type { SeriesName } from './names.ts'

export const RATIOS_AT_CLIENTS = 32

const PLACES = 3

export function ratiosOf(series: SeriesResult[], clients = RATIOS_AT_CLIENTS): Ratios {
  const cell = (name: SeriesName): Cell | undefined =>
    series.find((it) => it.name === name)?.cells.find((it) => it.clients === clients)
  const ratio = (name: SeriesName, other: SeriesName, of: 'perSecond' | 'p99Ms'): number | null => {
    const [ours, theirs] = [cell(name)?.[of], cell(other)?.[of]]
    return ours === undefined || !theirs ? null : Number((ours / theirs).toFixed(PLACES))
  }
  return {
    goodVsWorkflows: ratio('edge-saga-good', 'workflows-good', 'perSecond'),
    declinedVsWorkflows: ratio('edge-saga-declined', 'workflows-declined', 'perSecond'),
    unquotedVsWorkflows: ratio('edge-saga-unquoted', 'workflows-good', 'perSecond'),
    visitVsWorkflows: ratio('edge-saga-visit', 'workflows-good', 'perSecond'),
    goodP99VsWorkflows: ratio('edge-saga-good', 'workflows-good', 'p99Ms'),
    declinedP99VsWorkflows: ratio('edge-saga-declined', 'workflows-declined', 'p99Ms'),
    goodVsBare: ratio('edge-saga-good', 'bare-object', 'perSecond'),
  }
}
