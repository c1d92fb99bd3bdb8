/** What a run proves, in numbers. Pure: the same observations give the same result. */
import { KINDS, type Kind } from './errands.ts'
import type { ChaosOptions, Observations } from './observations.ts'
import { type Purchase, isOpen } from './purchase.ts'
import { type Movement, type Recovery, type Spread, recoveriesFrom, spreadOf } from './recovery.ts'
import { WEATHERS, type Weather } from './weather.ts'

/** How many of each name. */
export type Tally = Record<string, number>

export type ChaosResult = {
  ok: boolean
  options: ChaosOptions
  accepted: number
  /** Orders that began on each version of the saga. */
  versions: Tally
  /** By status, `refused`, or `asked` where no answer came. */
  ends: { kind: Kind; orders: number; ends: Tally }[]
  /** Why orders were refused or failed, by code. */
  reasons: Tally
  repeats: Tally
  weather: { weather: Weather; spells: number; ms: number }[]
  kills: number
  downtime: Spread | null
  /** Orders that moved when a kill came, once for each kill (T1). */
  interrupted: { orders: number; metOutage: number; metAnotherKill: number }
  parkedSeen: number
  /** After the shop answered again (T2), unless it says otherwise. */
  recovery: {
    perOrderAfterKill: Spread | null
    perOrder: Spread | null
    /** Of those that met neither an outage nor another kill. */
    perUndisturbedOrder: Spread | null
    /** Until the last of the orders that the kill interrupted was at rest. */
    perKill: Spread | null
  }
  /** After the last fault was cleared and the last kill was over. */
  calm: { settledAfterMs: number; atRestAfterMs: number }
  tookMs: number
  /** None of them may be. */
  flaws: { flaw: string; count: number }[]
  details: string[]
}

const DETAILS_MAX = 20

function tally(names: string[]): Tally {
  const counts: Tally = {}
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

type Placed = Extract<Purchase['state'], { kind: 'placed' }>

const placedOf = (purchases: Purchase[]): Placed[] =>
  purchases.flatMap(({ state }) => (state.kind === 'placed' ? [state] : []))

const endOf = ({ state }: Purchase): string =>
  state.kind === 'placed' ? state.order.status : state.kind

function reasonOf({ state }: Purchase): string[] {
  if (state.kind === 'refused') return [`refused: ${state.code}`]
  const failure = state.kind === 'placed' ? state.order.failure : undefined
  return failure === undefined || failure.code === 'cancelled' ? [] : [`failed: ${failure.code}`]
}

const movementsOf = (placed: Placed[]): Movement[] =>
  placed.flatMap(({ order, unrest }) =>
    unrest.map((it) => ({ ...it, domains: order.steps.map(({ domain }) => domain) })),
  )

function flawsOf({ purchases, audit }: Observations): ChaosResult['flaws'] {
  const { orders, unsettled, openHolds, logBehind } = audit.counts
  const accepted = placedOf(purchases).length
  const lost = purchases.filter(({ isLost }) => isLost).length
  return [
    { flaw: 'lost orders', count: Math.max(lost, accepted - orders) },
    // Every request was sent until it was answered: an order that no client knows is a second one.
    { flaw: 'doubled orders', count: Math.max(0, orders - accepted) },
    { flaw: 'unanswered requests', count: purchases.filter((it) => endOf(it) === 'asked').length },
    { flaw: 'open orders', count: Math.max(unsettled, purchases.filter(isOpen).length) },
    { flaw: 'open holds', count: openHolds },
    { flaw: 'orders not complete in D1', count: logBehind },
    { flaw: 'broken promises', count: purchases.flatMap(({ wrongs }) => wrongs).length },
    { flaw: 'audit violations', count: audit.violations.length },
  ]
}

function detailsOf({ purchases, audit }: Observations): string[] {
  const open = placedOf(purchases).filter(({ order }) => !order.settled)
  return [
    ...purchases.flatMap(({ errand, wrongs }) => wrongs.map((it) => `${errand.kind}: ${it}`)),
    ...open.map(({ order }) => `open: ${order.id}, ${order.status}`),
    ...audit.violations.map((it) => `${it.domain}: ${it.law} (${it.subject}) ${it.detail}`),
  ].slice(0, DETAILS_MAX)
}

const afterAnswer = ({ afterAnswerMs }: Recovery): number => afterAnswerMs

function recoveryOf({ purchases, kills, spells }: Observations) {
  const movements = movementsOf(placedOf(purchases))
  const byKill = kills.map((kill) => recoveriesFrom(kill, movements, kills, spells))
  const all = byKill.flat()
  const undisturbed = all.filter((it) => !it.metOutage && !it.metAnotherKill)
  return {
    interrupted: {
      orders: all.length,
      metOutage: all.filter(({ metOutage }) => metOutage).length,
      metAnotherKill: all.filter(({ metAnotherKill }) => metAnotherKill).length,
    },
    recovery: {
      perOrderAfterKill: spreadOf(all.map(({ afterKillMs }) => afterKillMs)),
      perOrder: spreadOf(all.map(afterAnswer)),
      perUndisturbedOrder: spreadOf(undisturbed.map(afterAnswer)),
      perKill: spreadOf(
        byKill.flatMap((these) =>
          these.length === 0 ? [] : [Math.max(...these.map(afterAnswer))],
        ),
      ),
    },
  }
}

function calmOf({ purchases, calmFromMs, atRestAtMs }: Observations): ChaosResult['calm'] {
  const ends = movementsOf(placedOf(purchases)).flatMap(({ toMs }) => toMs ?? [])
  return {
    settledAfterMs: Math.max(0, ...ends.map((toMs) => toMs - calmFromMs)),
    atRestAfterMs: atRestAtMs - calmFromMs,
  }
}

export function resultOf(seen: Observations): ChaosResult {
  const { purchases, kills, spells } = seen
  const flaws = flawsOf(seen)
  return {
    ok: flaws.every(({ count }) => count === 0) && seen.audit.ok,
    options: seen.options,
    accepted: placedOf(purchases).length,
    versions: Object.fromEntries(
      [...seen.versions].map(([version, count]) => [`on version ${version}`, count]),
    ),
    ends: KINDS.map((kind) => {
      const these = purchases.filter(({ errand }) => errand.kind === kind)
      return { kind, orders: these.length, ends: tally(these.map(endOf)) }
    }),
    reasons: tally(purchases.flatMap(reasonOf)),
    repeats: Object.fromEntries(seen.repeats),
    weather: WEATHERS.map((weather) => {
      const these = spells.filter((spell) => spell.weather === weather)
      const ms = these.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
      return { weather, spells: these.length, ms }
    }),
    kills: kills.length,
    downtime: spreadOf(kills.map(({ atMs, answersAtMs }) => answersAtMs - atMs)),
    ...recoveryOf(seen),
    parkedSeen: purchases.filter(({ wasParked }) => wasParked).length,
    calm: calmOf(seen),
    tookMs: seen.atRestAtMs - seen.beganAtMs,
    flaws,
    details: detailsOf(seen),
  }
}
