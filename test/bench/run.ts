/** The whole bench: the series in closed loops, then what is measured once. */
import { type LoopOptions, measureSeries } from './closed-loops.ts'
import { describeMachine } from './machine.ts'
import { type BenchName, PROBE_NAMES, SERIES_NAMES } from './names.ts'
import { type Scale, measureProbes } from './probes.ts'
import { RATIOS_AT_CLIENTS, ratiosOf } from './ratios.ts'
import type { BenchResult, Probes, SeriesResult } from './result.ts'
import { DEADLINE_MS } from './stand.ts'
import type { Surroundings } from './surroundings.ts'

export type BenchOptions = LoopOptions & { only: readonly BenchName[]; scale: Scale }

/** What fails ends the run, and what was measured before is in the result. Rejects when interrupted. */
export async function runBench(
  options: BenchOptions,
  surroundings: Surroundings,
): Promise<BenchResult> {
  const beganAtMs = Date.now()
  const machine = describeMachine()
  const isChosen = (name: BenchName): boolean => options.only.includes(name)
  const series = SERIES_NAMES.filter(isChosen).map((name): SeriesResult => ({ name, cells: [] }))
  const probes: Probes = { fanOut: null, hotSku: null, startUp: null, memory: null, cost: null }
  let failure: string | null = null
  try {
    await measureSeries(series, options, surroundings)
    await measureProbes(PROBE_NAMES.filter(isChosen), probes, options.scale, surroundings)
  } catch (error) {
    surroundings.signal.throwIfAborted()
    failure = error instanceof Error ? error.message : String(error)
  }
  return {
    machine,
    secondsPerCell: options.seconds,
    deadlineMs: DEADLINE_MS,
    series,
    ratiosAtClients: RATIOS_AT_CLIENTS,
    ratios: ratiosOf(series),
    ...probes,
    tookS: Math.round((Date.now() - beganAtMs) / 1000),
    failure,
  }
}
