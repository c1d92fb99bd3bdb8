/** Random histories of a few orders on each domain, against a model of a dozen lines. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type HoldDomain, type Store, holdDomains, violations } from './domains.ts'
import { newOrderId, outcomes } from './queue.ts'

const ORDERS = 4
const RUNS = 50
const TIMEOUT_MS = 60_000

type Act = 'hold' | 'release' | 'commit' | 'giveBack'
type Event = { order: number; act: Act }
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
        return act satisfies never
    }
  }
}

const history = (acts: Act[]) =>
  fc.record({
    units: fc.integer({ min: 0, max: 3 }),
    batches: fc.array(
      fc.array(fc.record({ order: fc.nat({ max: ORDERS - 1 }), act: fc.constantFrom(...acts) }), {
        minLength: 1,
        maxLength: 6,
      }),
      { minLength: 1, maxLength: 6 },
    ),
  })

const commandOf = (store: Store, orderId: ReturnType<typeof newOrderId>, act: Act) => {
  const make = store[act]
  if (make === undefined) throw new RangeError(act)
  return make(orderId)
}

type Trace = { outcomes: string[]; freeUnits: number }[]

/** What became of the history, batch by batch, and what the model says. */
async function play(
  domain: HoldDomain,
  { units, batches }: { units: number; batches: Event[][] },
): Promise<{ seen: Trace; expected: Trace }> {
  const store = await domain.open(units)
  const model = new Model(units, domain.noneLeft)
  const orders = Array.from({ length: ORDERS }, () => newOrderId())
  const [seen, expected]: [Trace, Trace] = [[], []]
  for (const events of batches) {
    const commands = events.map(({ order, act }) =>
      commandOf(store, orders[order] ?? newOrderId(), act),
    )
    const told = await outcomes(domain.queue, commands)
    const foretold = events.map((event) => model.outcomeOf(event))
    seen.push({
      outcomes: told.map((outcome, index) =>
        foretold[index] === 'rejected' ? outcome.replace(/:.*/, '') : outcome,
      ),
      freeUnits: await store.freeUnits(),
    })
    expected.push({ outcomes: foretold, freeUnits: model.freeUnits })
  }
  return { seen, expected }
}

describe.each(holdDomains)('$name', (domain) => {
  it(
    'every history ends as the model says, and no law is broken (B1 to B6)',
    async () => {
      const acts: Act[] = ['hold', 'release', 'commit']
      if (domain.name !== 'logistics') acts.push('giveBack')
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
})
