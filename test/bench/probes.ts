/** What is measured once in a run, each on a stand of its own. */
import { measureCost } from './cost/measure-cost.ts'
import type { ProbeName } from './names.ts'
import { measureFanOut } from './probes/fan-out.ts'
import { type Sale, measureHotSku } from './probes/hot-sku.ts'
import { measureMemory } from './probes/memory.ts'
import { measureStartUp } from './probes/start-up.ts'
import type { Probes } from './result.ts'
import type { Surroundings } from './surroundings.ts'

/** How large each of them is. */
export type Scale = {
  sockets: number
  sale: Sale
  starts: number
  openOrders: number
  /** Of each kind. */
  ordersCounted: number
}

export const FULL_SCALE: Scale = {
  sockets: 1_000,
  sale: { buyers: 2_000, units: 100, clients: 128 },
  starts: 5,
  openOrders: 1_000,
  ordersCounted: 20,
}

/** Adds to `probes` what it measures. */
export async function measureProbes(
  names: readonly ProbeName[],
  probes: Probes,
  scale: Scale,
  surroundings: Surroundings,
): Promise<void> {
  const measured = {
    sockets: async () => (probes.fanOut = await measureFanOut(scale.sockets, surroundings)),
    'hot-sku': async () => (probes.hotSku = await measureHotSku(scale.sale, surroundings)),
    'start-up': async () => (probes.startUp = await measureStartUp(scale.starts, surroundings)),
    memory: async () => (probes.memory = await measureMemory(scale.openOrders, surroundings)),
    cost: async () => (probes.cost = await measureCost(scale.ordersCounted, surroundings)),
  } satisfies Record<ProbeName, () => Promise<object>>
  for (const name of names) {
    surroundings.signal.throwIfAborted()
    await measured[name]().catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new Error(`${name}: ${reason}`, { cause })
    })
    surroundings.tell(`${name}: measured`)
  }
}
