/** What the bench measures, by the names that `--only` takes. */

/** Closed loops, each at several numbers of clients. */
export const SERIES_NAMES = [
  'no-op',
  'bare-object',
  'workflows-good',
  'workflows-declined',
  'edge-saga-good',
  'edge-saga-declined',
  'edge-saga-unquoted',
  'edge-saga-visit',
] as const
export type SeriesName = (typeof SERIES_NAMES)[number]

/** Once in a run, each on a stand of its own. */
export const PROBE_NAMES = ['sockets', 'hot-sku', 'start-up', 'memory', 'cost'] as const
export type ProbeName = (typeof PROBE_NAMES)[number]

export const BENCH_NAMES = [...SERIES_NAMES, ...PROBE_NAMES] as const
export type BenchName = (typeof BENCH_NAMES)[number]
