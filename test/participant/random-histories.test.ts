/**
 * Random histories of a few orders on each domain, against a model of a dozen lines. Between the
 * batches, or during them, orders are asked about leases, and answer anything.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unreachable } from '../../durable-objects/core/unreachable.ts'
import { LEASE_EXTENSION_MS } from '../../worker/domains/leases.ts'
import type { LeaseReport } from '../../worker/domains/reads.ts'
import { type HoldDomain, type Store, holdDomains, violations } from './domains.ts'
import { type Answers, KEEP, ask, forgetLeases, releaseBy } from './leases.ts'
import { newOrderId } from '../support/commands.ts'
import { outcomes } from './queue.ts'

const ORDERS = 4
const RUNS = 30
const TIMEOUT_MS = 60_000

type Act = 'hold' | 'release' | 'commit' | 'giveBack'
type Event = { order: number; act: Act }
/** What an order says when it is asked about its lease. */
type Word = 'keep' | 'release' | 'nothing'
/** Commands that come together, and each order's word when their leases have ended after it. */
type Round = { events: Event[]; words: Word[] }
type OrderState = 'untouched' | 'held' | 'refused' | 'released' | 'final' | 'returned'

/** What should become of each event; repeats are events like any other. */
class Model {
  freeUnits: number
  readonly #noneLeft: string
  readonly #states: OrderState[] = Array.from({ length: ORDERS }, () => 'untouched')

  constructor(units: number, noneLeft: string) {
    this.freeUnits = units
    this.#noneLeft = noneLeft
  }

  /** The reply, in short; `rejected` stands for whatever code a rejection has. */
  outcomeOf({ order, act }: Event): string {
    const state = this.#states[order] ?? 'untouched'
    const become = (next: OrderState, unitsBack = 0): string => {
      this.#states[order] = next
      this.freeUnits += unitsBack
      return 'done'
    }
    switch (act) {
      case 'hold':
        if (state === 'untouched' && this.freeUnits > 0) return become('held', -1)
        if (state === 'released') return 'rejected: already-compensated'
        if (state === 'untouched') become('refused')
        return this.#states[order] === 'refused' ? `rejected: ${this.#noneLeft}` : 'done'
      case 'release':
        if (state === 'held') return become('released', 1)
        if (state === 'untouched') return become('released')
        return state === 'refused' || state === 'released' ? 'done' : 'rejected'
      case 'commit':
        if (state === 'held') return become('final')
        return state === 'final' || state === 'returned' ? 'done' : 'rejected'
      case 'giveBack':
        if (state === 'final') return become('returned', 1)
        return state === 'returned' ? 'done' : 'rejected'
      default:
        return unreachable(act)
    }
  }

  /** Every order that holds is asked; only its word releases. */
  leasesEnd(words: Word[]): LeaseReport {
    const said = words.filter((_, order) => this.#states[order] === 'held')
    for (const [order, word] of words.entries()) {
      if (this.#states[order] === 'held' && word === 'release') {
        this.outcomeOf({ order, act: 'release' })
      }
    }
    const count = (word: Word) => said.filter((one) => one === word).length
    return {
      asked: said.length,
      kept: count('keep'),
      released: count('release'),
      unanswered: count('nothing'),
    }
  }
}

const history = (acts: Act[]) => {
  const event = fc.record({ order: fc.nat({ max: ORDERS - 1 }), act: fc.constantFrom(...acts) })
  const word = fc.constantFrom<Word>('keep', 'release', 'nothing')
  const round = fc.record({
    events: fc.array(event, { minLength: 1, maxLength: 6 }),
    words: fc.array(word, { minLength: ORDERS, maxLength: ORDERS }),
  })
  return fc.record({
    units: fc.integer({ min: 0, max: 3 }),
    rounds: fc.array(round, { minLength: 1, maxLength: 6 }),
  })
}

const commandOf = (store: Store, orderId: ReturnType<typeof newOrderId>, act: Act) => {
  const make = store[act]
  if (make === undefined) throw new RangeError(act)
  return make(orderId)
}

type History = { units: number; rounds: Round[] }
type Trace = { outcomes: string[]; leases: LeaseReport; freeUnits: number }[]

/** Orders that live through a history, and a clock for their leases. */
class Game {
  readonly #domain: HoldDomain
  readonly #store: Store
  readonly #orders = Array.from({ length: ORDERS }, () => newOrderId())
  #nowMs = Date.now()

  constructor(domain: HoldDomain, store: Store) {
    this.#domain = domain
    this.#store = store
  }

  deliver(events: Event[]): Promise<string[]> {
    const commands = events.map(({ order, act }) =>
      commandOf(this.#store, this.#orders[order] ?? newOrderId(), act),
    )
    return outcomes(this.#domain.queue, commands)
  }

  /** So much later that all leases have ended. */
  async ask(words: Word[]): Promise<LeaseReport> {
    this.#nowMs += 2 * LEASE_EXTENSION_MS
    const answers: Answers = new Map(
      this.#orders.map((orderId, order) => [
        orderId,
        async () => {
          if (words[order] === 'nothing') throw new Error('no answer')
          return words[order] === 'keep' ? KEEP : releaseBy(this.#store.release(orderId))
        },
      ]),
    )
    return (await ask(this.#domain, { answers, nowMs: this.#nowMs })).report
  }
}

/** What became of the history, round by round, and what the model says. */
async function play(
  domain: HoldDomain,
  { units, rounds }: History,
): Promise<{ seen: Trace; expected: Trace }> {
  await forgetLeases(domain)
  const store = await domain.open(units)
  const model = new Model(units, domain.noneLeft)
  const game = new Game(domain, store)
  const [seen, expected]: [Trace, Trace] = [[], []]
  for (const { events, words } of rounds) {
    const told = await game.deliver(events)
    const foretold = events.map((event) => model.outcomeOf(event))
    seen.push({
      outcomes: told.map((outcome, index) =>
        foretold[index] === 'rejected' ? outcome.replace(/:.*/, '') : outcome,
      ),
      leases: await game.ask(words),
      freeUnits: await store.freeUnits(),
    })
    const leases = model.leasesEnd(words)
    expected.push({ outcomes: foretold, leases, freeUnits: model.freeUnits })
  }
  return { seen, expected }
}

/** The same without a model: questions while commands are handled. */
async function playAtOnce(domain: HoldDomain, { units, rounds }: History): Promise<void> {
  await forgetLeases(domain)
  const game = new Game(domain, await domain.open(units))
  for (const { events, words } of rounds) {
    await Promise.all([game.deliver(events), game.ask(words), game.deliver(events)])
  }
}

describe.each(holdDomains)('$name', (domain) => {
  const acts: Act[] = ['hold', 'release', 'commit']
  if (domain.givesBack) acts.push('giveBack')

  it(
    'every history ends as the model says, and no law is broken (B1 to B6, H1, H3)',
    async () => {
      await fc.assert(
        fc.asyncProperty(history(acts), async (drawn) => {
          const { seen, expected } = await play(domain, drawn)
          expect(seen).toEqual(expected)
          expect(await violations(domain)).toEqual([])
        }),
        { numRuns: RUNS },
      )
    },
    TIMEOUT_MS,
  )

  it(
    'no law is broken when orders are asked while commands are handled (H3)',
    async () => {
      await fc.assert(
        fc.asyncProperty(history(acts), async (drawn) => {
          await playAtOnce(domain, drawn)
          expect(await violations(domain)).toEqual([])
        }),
        { numRuns: RUNS },
      )
    },
    TIMEOUT_MS,
  )
})
