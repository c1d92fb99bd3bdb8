/**
 * What goes wrong, by name. Each fault strikes at a point of its kind and scope (an order, or a
 * part), and is counted; a run tells which struck where, so it can be repeated with fewer.
 */
import type { Chance } from './chance.ts'

/** Kinds, with what they stand for. Their order is part of a seed's meaning: add at the end. */
export const FAULTS = {
  'send-refused': 'a queue refuses a message',
  'message-lost': 'a queue takes a message and loses it',
  'message-doubled': 'a message is delivered up to 5 times, at once or spread',
  'message-delayed': 'a message takes up to a day',
  'message-malformed': 'a message that nobody can read',
  'message-unknown': 'a message of a version that is not known yet',
  'queue-stalled': 'a queue delivers nothing for up to 5 minutes',
  'dead-lettered': 'a queue gives a message up at once',
  'request-lost': 'a call to an object or domain does not arrive',
  'answer-lost': 'a call to an object or domain has its effect, its answer is lost',
  'call-doubled': 'a call to an object or domain arrives twice',
  'call-slow': 'a call takes up to 20 seconds',
  'object-dies-before-commit': 'an object dies before its commit',
  'object-dies-after-commit': 'an object dies after its commit, before it sends anything',
  'object-dies-while-sending': 'an object dies after a part of what it sends',
  'object-dies-waiting': 'an object dies while it waits for an answer',
  'worker-dies-before': 'a Worker dies before a database or provider call takes effect',
  'worker-dies-after': 'a Worker dies after it took effect',
  'worker-dies-unacknowledged': 'a Worker dies after all its work, before the queue knows',
  'alarm-lost': 'an alarm never fires',
  'alarm-late': 'an alarm fires a minute late',
  'alarm-early': 'an alarm fires early',
  'alarm-doubled': 'an alarm fires twice',
  'clock-skewed': 'a part has a clock up to 5 minutes off; it changes when the part restarts',
  'database-error': 'a database refuses a call',
  'database-unsure': 'a database commits and answers with an error',
  'database-slow': 'a database takes up to 20 seconds',
  'database-down': 'a database is down for up to 3 minutes',
  'provider-silent': 'the provider acts and never answers',
  'provider-unsure': 'the provider acts and answers with an error',
  'provider-late': 'the provider decides up to 30 seconds later',
  'provider-doubled': 'the provider gets a call twice',
  'provider-down': 'the provider does nothing and answers with an error',
  'call-arrives-late': 'a call reaches the provider up to 2 minutes after it was given up',
  deployment: 'all objects restart at once',
  'code-rolled-back':
    'for up to 5 minutes objects run code that does not know a definition or an event yet',
  'old-code': 'a Worker of older code gets a message and does not know its step',
  'client-repeats': 'a shopper asks the same thing again',
  'refused-wrongly': 'a domain refuses what it must not: a compensation, or what follows the pivot',
  'operator-meddles': 'an operator resumes, stops or retries a saga that needs no help',
  'operator-gives-up': 'an operator skips a parked step',
  'storage-lost': 'an object loses all that it stored; an operator restores it from D1',
  'letter-replayed': 'an operator sends a dead letter again',
  'captured-though-voided': 'the provider voids a charge, and captures it up to a minute later',
  'breaker-silent': 'a breaker does not answer',
  'breaker-stale': 'a breaker answers what it said the last time',
  'breaker-forgets': 'a breaker loses all that it stored',
  'breaker-wrong': 'a breaker is open for up to a minute, though its domain is well',
  'send-silent': 'a queue takes a message and never answers',
  'log-pruned': 'D1 keeps nothing of what ended, and began a second to a minute ago',
  'endpoint-down': "an endpoint of webhooks answers that it can't",
  'endpoint-silent': 'an endpoint of webhooks takes an event and never answers',
} as const

export type FaultKind = keyof typeof FAULTS
export const isFaultKind = (text: string): text is FaultKind => Object.hasOwn(FAULTS, text)
export const FAULT_KINDS = Object.keys(FAULTS).filter(isFaultKind)
const NUMBERS = new Map(FAULT_KINDS.map((kind, index) => [kind, index] as const))
const faultNumber = (kind: FaultKind): number => NUMBERS.get(kind) ?? -1

/** A point at which a fault can strike: the n-th of its kind in its scope. */
export type Point = `${FaultKind} ${number} ${number}`

/** Something dies at this point. */
export const isDeath = (point: Point): boolean => /^(object|worker)-dies/.test(point)

/** What decides at each point. */
export type Weather = {
  /** How likely a fault of this kind is. */
  rate(kind: FaultKind): number
  /** When given: exactly these points are struck, and no others. */
  only?: ReadonlySet<string>
}

export class Faults {
  readonly struck: Point[] = []
  /** Points that were asked for, when the run is to list them. */
  readonly asked: Point[] | null
  readonly #chance: Chance
  readonly #weather: Weather
  /** From then on nothing goes wrong. */
  isCalm = false

  constructor(chance: Chance, weather: Weather, list = false) {
    this.#chance = chance
    this.#weather = weather
    this.asked = list ? [] : null
  }

  calmDown(): void {
    this.isCalm = true
  }

  /** Whether this run knows such a fault at all. */
  canStrike(kind: FaultKind): boolean {
    return this.#weather.only !== undefined || this.asked !== null || this.#weather.rate(kind) > 0
  }

  strikes(kind: FaultKind, scope: number): boolean {
    if (this.isCalm) return false
    const { only } = this.#weather
    const rate = this.#weather.rate(kind)
    // This is asked at every turn, and most kinds are not of this run.
    if (rate === 0 && only === undefined && this.asked === null) return false
    const number = faultNumber(kind)
    const n = this.#chance.count(number, scope)
    this.asked?.push(`${kind} ${scope} ${n}`)
    const hits = only
      ? only.has(`${kind} ${scope} ${n}`)
      : this.#chance.nth(number, scope, n) < rate
    if (hits) this.struck.push(`${kind} ${scope} ${n}`)
    return hits
  }

  /** Strikes with `act`, unless that finds nothing to do and says so: then nothing was struck. */
  strikeWith(kind: FaultKind, scope: number, act: () => boolean): void {
    if (!this.strikes(kind, scope) || act()) return
    const point = `${kind} ${scope} `
    this.struck.splice(
      this.struck.findLastIndex((struck) => struck.startsWith(point)),
      1,
    )
  }
}
