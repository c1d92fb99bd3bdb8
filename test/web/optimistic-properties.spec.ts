// The protocol alone, in several tabs of one browser that die and open, over a network that loses and
// is silent. Whatever happened: once all is quiet, each tab shows what the server has.
import fc from 'fast-check'
import { afterEach, assert, beforeEach, expect, it, vi } from 'vitest'
import { ANSWER_WITHIN_MS } from '../../web/src/stores/optimistic/send.ts'
import { Browser, type Fate, Tab } from './support/notes.ts'

type Move =
  | { type: 'write'; tab: number; fates: Fate[] }
  | { type: 'read'; tab: number; isEarly: boolean }
  | { type: 'again'; tab: number }
  | { type: 'work'; steps: number }
  | { type: 'time passes' }
  | { type: 'open' }
  | { type: 'die'; tab: number }

const nat = fc.nat({ max: 9 })
const fate = fc.constantFrom<Fate>(
  'comes',
  'comes',
  'request lost',
  'answer lost',
  'taken silently',
  'silent',
  'refused',
)
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('write' as const),
      tab: nat,
      fates: fc.array(fate, { maxLength: 3 }),
    }),
  },
  { weight: 12, arbitrary: fc.record({ type: fc.constant('work' as const), steps: nat }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('read' as const),
      tab: nat,
      isEarly: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('again' as const), tab: nat }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('time passes' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('open' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('die' as const), tab: nat }) },
)

class World {
  readonly browser: Browser
  readonly #scheduler: fc.Scheduler
  tabs: Tab[]
  #written = 0

  constructor(scheduler: fc.Scheduler) {
    this.#scheduler = scheduler
    this.browser = new Browser(scheduler)
    this.tabs = [new Tab(this.browser)]
  }

  async play(one: Move): Promise<void> {
    switch (one.type) {
      case 'write':
        this.browser.server.fates.push(...one.fates)
        this.#written += 1
        return this.#tab(one.tab).write(`note ${this.#written}`)
      case 'read':
        return void this.#tab(one.tab).read(one.isEarly)
      case 'again': {
        const tab = this.#tab(one.tab)
        const ended = tab.state.durable.ended.find(({ why }) => why === 'unanswered')
        return ended && void tab.optimistic.retry(ended.operation.id)
      }
      case 'work':
        return this.#work(one.steps)
      case 'time passes':
        return void (await vi.advanceTimersByTimeAsync(ANSWER_WITHIN_MS))
      case 'open':
        if (this.tabs.length < 3) this.tabs.push(new Tab(this.browser))
        return undefined
      default:
        return this.#die(this.#tab(one.tab))
    }
  }

  #tab(index: number): Tab {
    const tab = this.tabs[index % this.tabs.length]
    if (!tab) throw new RangeError('no tab is open')
    return tab
  }

  #die(tab: Tab): void {
    tab.die()
    this.tabs = this.tabs.filter((one) => one !== tab)
    if (this.tabs.length === 0) this.tabs.push(new Tab(this.browser))
  }

  async #work(steps: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(0)
    for (let step = 0; step < steps && this.#scheduler.count() > 0; step += 1) {
      await this.#scheduler.waitNext(1)
      await vi.advanceTimersByTimeAsync(0)
      this.checkShown()
    }
  }

  #isSending(): boolean {
    return this.tabs.some(({ state }) =>
      state.durable.operations.some((one) => one.stage !== 'accepted'),
    )
  }

  /** O4: nothing is shown twice. */
  checkShown(): void {
    for (const tab of this.tabs.filter(({ isDoubtful }) => !isDoubtful)) {
      const shown = tab
        .shown()
        .filter((note) => tab.written.has(note) && !this.browser.dropped.has(note))
      assert.equal(new Set(shown).size, shown.length)
    }
  }

  /** The network works; what is silent is given up; every tab reads once more. */
  async settle(): Promise<void> {
    this.browser.server.fates = []
    await this.#work(200)
    const isBusy = () => this.#isSending() || this.browser.hasRequests
    for (let round = 0; round < 60 && isBusy(); round += 1) {
      await this.#work(100)
      await vi.advanceTimersByTimeAsync(ANSWER_WITHIN_MS)
    }
    // Who loads the page then asks again for what arrived after it was given up.
    this.tabs.push(new Tab(this.browser))
    await this.#work(100)
    for (let round = 0; round < 20 && (round === 0 || !this.#isQuiet()); round += 1) {
      for (const tab of this.tabs) void tab.read(false)
      await this.#work(200)
    }
  }

  /** Nothing is left to be settled, nor to be read. */
  #isQuiet(): boolean {
    const isSettled = this.tabs.every(
      ({ state }) => state.durable.operations.length + state.shadows.length === 0,
    )
    return isSettled && this.#scheduler.count() === 0
  }
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

it('any interleaving of writes, answers, silences, reads, tabs and deaths ends equal to the server', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(move, { maxLength: 60, size: 'max' }),
      async (scheduler, moves) => {
        const world = new World(scheduler)
        for (const one of moves) await world.play(one)
        await world.settle()

        const { notes } = world.browser.server
        for (const tab of world.tabs) {
          const { own, operations, ended } = tab.state.durable
          expect(operations).toEqual([])
          expect(tab.state.shadows).toEqual([])
          expect(tab.shown().toSorted()).toEqual(notes.toSorted())
          // What ended is really not there, and all the rest of what was written is.
          for (const { operation } of ended) expect(notes).not.toContain(operation.id)
          if (!world.browser.wasFull) expect(own.unsent).toBe(ended.length)
        }
        expect(world.browser.sentUnsaved).toEqual([])
        expect(world.browser.wentBack).toEqual([])
        // O5: one tab at a time, one operation at a time.
        expect(world.browser.mostAtOnce).toBeLessThanOrEqual(1)
      },
    ),
    { numRuns: 300 },
  )
}, 60_000)
