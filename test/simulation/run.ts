/** One run: a seed, one to three orders, whatever goes wrong, and what must be true afterwards. */
import { Chance } from './chance.ts'
import { onClock } from './clock.ts'
import { DRAW } from './draws.ts'
import { Endpoint } from './endpoint.ts'
import { FAULT_KINDS, type FaultKind, type Point, type Weather } from './faults.ts'
import { checkAtTheEnd } from './invariants.ts'
import { letShop } from './shopper.ts'
import type { Stage } from './stage.ts'
import { type Plot, plotOf, supply } from './story.ts'
import { deliverAll, pruneOnce, walkOnce } from './upkeep.ts'
import { World } from './world.ts'

const INTERFERENCE_MS = 700
const INTERFERENCES = [
  'deployment',
  'code-rolled-back',
  'letter-replayed',
  'log-pruned',
  'operator-meddles',
  'storage-lost',
] as const
const CALM_RUNS = 0.05
const KINDS_SHARE = 0.16
const RATE_MIN = 0.005
const RATE_MAX = 0.3
const CALM_AFTER_MS_MIN = 2_000
const CALM_AFTER_MS_MAX = 120_000

export type RunOptions = {
  seed: number
  stage: Stage
  /** Exactly these faults, instead of those that the seed would choose. */
  only?: ReadonlySet<string> | undefined
  /** These orders, instead of those that the seed would choose. */
  plot?: Plot
  /** A bug on purpose, to see that it is found. */
  plant?: ((world: World) => void) | undefined
  /** Orders of the plot that are not placed. */
  without?: ReadonlySet<number> | undefined
  listPoints?: boolean
  tell?: (line: string) => void
}

export type Outcome = {
  seed: number
  sagas: number
  steps: number
  struck: readonly Point[]
  asked: readonly Point[]
  /** D1 lacked transitions that only the walk over all orders brought. */
  needsWalk: boolean
  violations: readonly string[]
  outcomes: string[]
  /** Of each order: how long it moved, and how much of that after all was well again. */
  orders: { movedMs: number; healedAfterMs: number }[]
}

export async function run(options: RunOptions): Promise<Outcome> {
  const { seed, stage, without, listPoints, tell } = options
  stage.empty()
  const weather = options.only ? { rate: () => 0, only: options.only } : weatherOf(seed)
  const world = new World({ seed, weather, stage, listPoints: listPoints ?? false, tell })
  const { stories, supplies } = options.plot ?? plotOf(world.chance)
  supply(stage.databases, supplies)
  if (supplies.hasEndpoint) world.endpoint = new Endpoint(world)
  options.plant?.(world)
  for (const story of stories) if (!without?.has(story.index)) letShop(world, story)
  const calmMs = calmAfterMs(world.chance)
  world.unwellUntil(world.schedule.nowMs + calmMs)
  world.schedule.after(calmMs, () => world.faults.calmDown())
  interfereNowAndThen(world)
  await onClock(
    () => world.schedule.nowMs,
    () => world.run(),
  )
  const needsWalk = world.violations.length === 0 && !world.isAtRest
  if (needsWalk) {
    await walkOnce(world)
    await onClock(
      () => world.schedule.nowMs,
      () => world.run(),
    )
  }
  if (world.endpoint) await deliverAll(world, world.endpoint)
  if (world.violations.length === 0) checkAtTheEnd(world)
  const sagas = [...world.objects.values()].flatMap(({ order }) =>
    order ? [...order.sagas.values()] : [],
  )
  return {
    seed,
    sagas: sagas.length,
    steps: world.steps,
    struck: world.faults.struck,
    asked: world.faults.asked ?? [],
    needsWalk,
    violations: world.violations,
    outcomes: sagas.map(({ phase }) => phase),
    orders: [...world.settledAtMs].map(([orderId, atMs]) => ordersTime(world, orderId, atMs)),
  }
}

/** What people and the platform do to all of it, as long as anything goes wrong. */
function interfereNowAndThen(world: World): void {
  const { faults } = world
  if (faults.isCalm || !INTERFERENCES.some((kind) => faults.canStrike(kind))) return
  world.schedule.after(INTERFERENCE_MS, () => {
    faults.strikeWith('deployment', 0, () => world.deploy())
    faults.strikeWith('code-rolled-back', 0, () => world.olderCode.deploy())
    faults.strikeWith('letter-replayed', 0, () => world.operator.replay())
    faults.strikeWith('log-pruned', 0, () => pruneOnce(world))
    for (const object of world.objects.values()) {
      const { scope } = object
      faults.strikeWith('operator-meddles', scope, () => world.operator.meddle(object))
      faults.strikeWith('storage-lost', scope, () => world.storageLost(object))
    }
    interfereNowAndThen(world)
  })
}

function ordersTime({ movedFromMs, healthyFromMs }: World, orderId: string, settledAtMs: number) {
  const fromMs = movedFromMs.get(orderId) ?? settledAtMs
  return {
    movedMs: settledAtMs - fromMs,
    healedAfterMs: Math.max(0, settledAtMs - Math.max(healthyFromMs, fromMs)),
  }
}

const calmAfterMs = (chance: Chance): number =>
  chance.logBetween(CALM_AFTER_MS_MIN, CALM_AFTER_MS_MAX, DRAW.weather, 0)

/**
 * Each run has its own weather: some kinds of faults, each at a rate of its own. Runs in which
 * everything always goes wrong a little would never see what a few kinds do to each other.
 */
function weatherOf(seed: number): Weather {
  const chance = new Chance(seed)
  const rates = new Map<FaultKind, number>()
  if (chance.draw(DRAW.weather, 1) >= CALM_RUNS) {
    for (const [index, kind] of FAULT_KINDS.entries()) {
      if (chance.draw(DRAW.weather, 2 + index) >= KINDS_SHARE) continue
      const u = chance.draw(DRAW.weather, 2 + index)
      rates.set(kind, RATE_MIN * (RATE_MAX / RATE_MIN) ** u)
    }
  }
  return { rate: (kind) => rates.get(kind) ?? 0 }
}
