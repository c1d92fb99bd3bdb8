/** What all policies meet: the clock, the domains, the network between, and what goes wrong when. */
import { DOMAINS, type Domain } from '../../../worker/domains/reads.ts'
import { Chance } from '../chance.ts'
import { Schedule } from '../schedule.ts'
import { CYCLE_S, type Incident } from './calendar.ts'
import { DRAW } from './draws.ts'
import { type Answer, type Asked, type Order, scopeOf } from './order.ts'
import { LOST_REPLY_SHARE, NETWORK, QUEUE, SERVICE, TRANSIENT_SHARE } from './parameters.ts'
import { serversFor } from './capacity.ts'
import { Server } from './server.ts'
import { drawnMs } from './spread.ts'

const START_MS = Date.UTC(2026, 10, 23)
/** Each command has room for so many attempts among the draws of its order. */
const ATTEMPTS_MAX = 1_024

export type Reply = Answer | 'transient'

export type WorldOptions = {
  seed: number
  ordersPerSecond: number
  seconds: number
  calendar: readonly Incident[]
}

export class World {
  readonly schedule = new Schedule(START_MS)
  readonly chance: Chance
  /** Commands that came by queue, and are not carried out yet. */
  readonly backlog = new Map<Domain, number>()
  readonly asked = { first: 0, repeats: 0 }
  readonly #servers: ReadonlyMap<Domain, Server>

  constructor({ seed, ordersPerSecond, seconds, calendar }: WorldOptions) {
    this.chance = new Chance(seed)
    this.#servers = new Map(
      DOMAINS.map((domain) => [
        domain,
        new Server(this.schedule, serversFor(domain, ordersPerSecond)),
      ]),
    )
    for (let cycle = 0; cycle * CYCLE_S < seconds; cycle += 1) {
      for (const incident of calendar) this.#plan(incident, cycle * CYCLE_S)
    }
  }

  /** In whole milliseconds, as the platform has it. */
  readonly nowMs = (): number => Math.floor(this.schedule.nowMs)

  /** `replied` is called once, or never. */
  ask(
    domain: Domain,
    order: Order,
    asked: Asked,
    by: 'call' | 'queue',
    replied: (reply: Reply) => void,
  ): void {
    this.asked[asked.attempt === 1 && asked.mode === 'execute' ? 'first' : 'repeats'] += 1
    const n = scopeOf(asked.step, asked.direction) * ATTEMPTS_MAX + (asked.attempt % ATTEMPTS_MAX)
    const drawn = (what: number) => this.chance.nth(what, order.index, n)
    const tookMs = (spread: typeof NETWORK, what: number) =>
      drawnMs(spread, this.chance, what, order.index, n)
    const answer = (reply: Reply) => {
      if (drawn(DRAW.lost) < LOST_REPLY_SHARE) return
      this.schedule.after(tookMs(NETWORK, DRAW.back), () => replied(reply))
    }
    const thereMs = by === 'call' ? tookMs(NETWORK, DRAW.there) : tookMs(QUEUE, DRAW.queue)
    if (by === 'queue') this.#queued(domain, 1)
    this.schedule.after(thereMs, () => {
      if (drawn(DRAW.transient) < TRANSIENT_SHARE) {
        if (by === 'queue') this.#queued(domain, -1)
        answer('transient')
        return
      }
      this.#servers.get(domain)?.ask(tookMs(SERVICE[domain], DRAW.service), () => {
        if (by === 'queue') this.#queued(domain, -1)
        answer(order.carryOut(asked))
      })
    })
  }

  #queued(domain: Domain, more: number): void {
    this.backlog.set(domain, (this.backlog.get(domain) ?? 0) + more)
  }

  #plan(incident: Incident, cycleFromS: number): void {
    const server = this.#servers.get(incident.domain)
    if (!server) return
    const fromMs = START_MS + (cycleFromS + incident.fromS) * 1_000
    const untilMs = fromMs + incident.forS * 1_000
    this.schedule.at(fromMs, () => {
      if (incident.kind === 'stall') server.stall(untilMs)
      else if (incident.kind === 'slow') server.slowDown(incident.factor)
      else server.keep(incident.share)
    })
    this.schedule.at(untilMs, () => {
      server.slowDown(1)
      server.keep(1)
    })
  }
}
