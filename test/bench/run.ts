/** The whole bench: the series in closed loops, then what is measured once. */
import { type LoopOptions, measureSeries } from './closed-loops.ts'
import { describeMachine } from './machine.ts'
import { type BenchName, PROBE_NAMES, SERIES_NAMES } from './names.ts'
import { type Scale, measureProbes } from './probes.ts'
import { RATIOS_AT_CLIENTS, ratiosOf } from './ratios.ts'
import type { BenchResult } from './result.ts'
import { DEADLINE_MS } from './stand.ts'
import type { Surroundings } from './surroundings.ts'

export type BenchOptions = LoopOptions & { only: readonly BenchName[]; scale: Scale }

export async function runBench(
  options: BenchOptions,
  surroundings: Surroundings,
): Promise<BenchResult> {
  const beganAtMs = Date.now()
  const machine = describeMachine()
  const isChosen = (name: BenchName): boolean => options.only.includes(name)
  const series = await measureSeries(SERIES_NAMES.filter(isChosen), options, surroundings)
  const probes = await measureProbes(PROBE_NAMES.filter(isChosen), options.scale, surroundings)
  return {
    machine,
    secondsPerCell: options.seconds,
    deadlineMs: DEADLINE_MS,
    series,
    ratiosAtClients: RATIOS_AT_CLIENTS,
    ratios: ratiosOf(series),
    ...probes,
    tookS: Math.round((Date.now() - beganAtMs) / 1000),
  }
}
