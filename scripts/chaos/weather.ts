/**
 * What goes wrong in the domains meanwhile: one kind of weather after the other, each over one
 * domain for a few seconds.
 *
 * Faults are kept in the domains' databases, so a spell outlives a kill.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { DOMAINS, type Domain, type Faults, NO_FAULTS } from '../../worker/domains/reads.ts'
import { type FaultPlan, applyFaults } from '../client/faults.ts'
import { operatorOf } from '../client/operator.ts'
import type { Ask } from './patience.ts'

export const WEATHERS = [
  'calm',
  'outage',
  'silence',
  'lost replies',
  'doubled commands',
  'refusals',
  'slowness',
] as const
export type Weather = (typeof WEATHERS)[number]

const FAULTS: Record<Weather, Partial<Faults>> = {
  calm: {},
  outage: { transientRate: 1 },
  // Longer than the saga's deadline: the command is carried out when nobody waits for it.
  silence: { latencyMs: 4_000 },
  'lost replies': { dropReplyRate: 0.5 },
  'doubled commands': { duplicateRate: 0.7 },
  // A compensation that is refused waits for an operator, for ever: that is not what is tried.
  refusals: { rejectRate: 0.3, only: { direction: 'action' } },
  slowness: { latencyMs: 300 },
}

export type Spell = { weather: Weather; domain: Domain; lastsMs: number }
export type PastSpell = Spell & { fromMs: number; toMs: number }

/** While it lasts, its domain answers nobody. */
export const isOutage = ({ weather }: Spell): boolean =>
  weather === 'outage' || weather === 'silence'

export function drawSpell(random: () => number, msMax: number): Spell {
  return {
    weather: WEATHERS[Math.floor(random() * WEATHERS.length)] ?? 'calm',
    domain: DOMAINS[Math.floor(random() * DOMAINS.length)] ?? 'inventory',
    lastsMs: Math.round(msMax * (0.3 + 0.7 * random())),
  }
}

const planOf = ({ weather, domain }: Spell): FaultPlan => ({
  [domain]: { ...NO_FAULTS, ...FAULTS[weather] },
})

export type Sky = {
  now: () => Spell | null
  past: PastSpell[]
  /** Resolves once the faults are cleared. */
  done: Promise<void>
}

/** Changes the weather until `over`, then clears it. */
export function makeWeather(next: () => Spell, ask: Ask, over: AbortSignal): Sky {
  let spell: Spell | null = null
  const past: PastSpell[] = []
  const set = (plan: FaultPlan): Promise<void> =>
    ask(({ url, operatorToken }) => applyFaults(plan, operatorOf(url, operatorToken)))

  const change = async (): Promise<void> => {
    while (!over.aborted) {
      const coming = next()
      const fromMs = Date.now()
      await set(planOf(coming))
      spell = coming
      // Ends early, with a rejection, when all is over.
      await delay(coming.lastsMs, null, { signal: over }).catch(() => null)
      past.push({ ...coming, fromMs, toMs: Date.now() })
    }
    await set({})
    spell = null
  }
  return { now: () => spell, past, done: change() }
}
