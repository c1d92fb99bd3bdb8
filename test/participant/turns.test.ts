/** How requests share what they ask of a database. */
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { SharedReads } from '../../worker/domains/shared-reads.ts'
import { Turns } from '../../worker/domains/turns.ts'

const LOOK_MS = 250

function expire(timers: Set<() => void>): void {
  for (const callback of timers) callback()
}

/** A database that is busy until it is told otherwise, and a clock that stands still. */
function busy(turnsMax = 1) {
  const turns: { items: number[]; end: () => void }[] = []
  const clock = { nowMs: 0 }
  const kept: Promise<unknown>[] = []
  const timers = { looking: new Set<() => void>(), gathering: new Set<() => void>() }
  const shared = new Turns<number, number, null>({
    run: async (places) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      turns.push({ items: places.map(({ item }) => item), end: resolve })
      await promise
      for (const place of places) place.answer(place.item * 2)
    },
    runtime: {
      nowMs: () => clock.nowMs,
      after: (durationMs, callback) => {
        const timer = durationMs === LOOK_MS ? timers.looking : timers.gathering
        timer.add(callback)
        return () => timer.delete(callback)
      },
    },
    turnsMax,
  })
  const take = (item: number) =>
    shared.take(item, null, { waitUntil: (work) => void kept.push(work) })
  const taken = () => turns.map(({ items }) => items)
  /** Everybody who waits looks once. */
  const lookAll = () => expire(timers.looking)
  /** Those that come next have gathered. */
  const begun = (count: number) =>
    expect.poll(() => (expire(timers.gathering), turns.length)).toBe(count)
  const end = (index: number) => {
    turns[index]?.end()
    return begun(index + 2)
  }
  return { take, turns, taken, clock, kept, looking: timers.looking, lookAll, begun, end }
}

it('who comes while a turn runs shares the next one, in the order of coming (U1)', async () => {
  const { take, turns, taken, kept, end } = busy()
  const all = [1, 2, 3, 4].map(take)
  expect(taken()).toEqual([[1]])
  await end(0)
  expect(taken()).toEqual([[1], [2, 3, 4]])
  turns[1]?.end()
  expect(await Promise.all(all)).toEqual([2, 4, 6, 8])
  expect(kept).toHaveLength(2)
})

it('as many turns run at a time as may', async () => {
  const { take, turns, taken, end } = busy(2)
  const all = [1, 2, 3, 4].map(take)
  expect(taken()).toEqual([[1], [2]])
  await end(1)
  expect(taken()).toEqual([[1], [2], [3, 4]])
  for (const turn of turns) turn.end()
  await Promise.all(all)
})

it('a turn takes no more than a hundred; the rest shares the next', async () => {
  const { take, turns, taken, end } = busy()
  const all = Array.from({ length: 151 }, (_, index) => take(index))
  await end(0)
  await end(1)
  expect(taken().map(({ length }) => length)).toEqual([1, 100, 50])
  turns[2]?.end()
  await Promise.all(all)
})

it('where two wait, a turn lets more come before it begins; where one does, it begins (U5)', async () => {
  const { take, turns, taken, end } = busy()
  const all = [1, 2].map(take)
  turns[0]?.end()
  await expect.poll(taken).toEqual([[1], [2]])
  all.push(...[3, 4].map(take))
  turns[1]?.end()
  expect(await Promise.all(all.slice(0, 2))).toEqual([2, 4])
  await Promise.resolve()
  all.push(take(5))
  expect(taken(), 'nobody else begins one meanwhile').toEqual([[1], [2]])
  await end(1)
  expect(taken()).toEqual([[1], [2], [3, 4, 5]])
  turns[2]?.end()
  expect(await Promise.all(all)).toEqual([2, 4, 6, 8, 10])
})

it('while a turn gathers no other begins, though one more may run (U5)', async () => {
  const { take, turns, taken, begun } = busy(3)
  const all = [1, 2, 3, 4, 5].map(take)
  turns[0]?.end()
  turns[1]?.end()
  await Promise.all(all.slice(0, 2))
  all.push(take(6))
  await begun(4)
  for (const { end } of turns) end()
  expect(await Promise.all(all)).toEqual([2, 4, 6, 8, 10, 12])
  expect(taken()).toEqual([[1], [2], [3], [4, 5, 6]])
})

it('a turn that was lost with its request: the next to come runs one, and takes along who waits (U3)', async () => {
  const { take, turns, taken, clock, begun } = busy()
  const lost = take(1)
  const second = take(2)
  clock.nowMs = 5_000
  const third = take(3)
  await Promise.all([begun(2), expect(lost).rejects.toThrow('lost')])
  expect(taken()).toEqual([[1], [2, 3]])
  turns[1]?.end()
  expect(await Promise.all([second, third])).toEqual([4, 6])
})

it('a turn that was lost, and nobody comes: one of those that wait runs the next (U3, U4)', async () => {
  const { take, turns, taken, clock, lookAll, begun } = busy()
  const lost = take(1)
  const waiting = [2, 3].map(take)
  clock.nowMs = 5_000
  lookAll()
  await Promise.all([begun(2), expect(lost).rejects.toThrow('lost')])
  expect(taken()).toEqual([[1], [2, 3]])
  turns[1]?.end()
  expect(await Promise.all(waiting)).toEqual([4, 6])
})

it('a turn that was lost is given up also where the clock is set back meanwhile (U3)', async () => {
  const { take, turns, taken, clock, begun } = busy()
  clock.nowMs = 3_600_000
  const lost = take(1)
  clock.nowMs = 0
  const second = take(2)
  await Promise.all([begun(2), expect(lost).rejects.toThrow('lost')])
  expect(taken()).toEqual([[1], [2]])
  turns[1]?.end()
  expect(await second).toBe(4)
})

it('each that waits has a timer of its own, and none that is answered (U4)', async () => {
  const { take, turns, looking, lookAll, end } = busy()
  const all = [1, 2, 3].map(take)
  expect(looking.size).toBe(3)
  lookAll()
  await expect.poll(() => looking.size, { message: 'again, after it has looked' }).toBe(3)
  await end(0)
  expect(looking.size).toBe(2)
  turns[1]?.end()
  await Promise.all(all)
  expect(looking.size).toBe(0)
})

const KEPT = { waitUntil: () => undefined }
const db = env.POINTS_DB

it('questions of one read get each their own answer, read after they were asked (G3)', async () => {
  const reads: { questions: number[]; answer: () => void }[] = []
  const doubles = new SharedReads(async (_db, questions: number[]) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    reads.push({ questions, answer: resolve })
    await promise
    return questions.map((question) => question * 2)
  })
  const answers = [1, 2, 3].map((question) => doubles.ask(question, db, KEPT))
  reads[0]?.answer()
  await expect.poll(() => reads.map(({ questions }) => questions)).toEqual([[1], [2, 3]])
  reads[1]?.answer()
  expect(await Promise.all(answers)).toEqual([2, 4, 6])
})

it('a read that fails fails for all of its questions, and not for the next', async () => {
  let isDown = true
  const reads = new SharedReads(async (_db, questions: number[]) => {
    if (isDown) throw new Error('the database is down')
    return questions
  })
  const [first, ...others] = [1, 2, 3].map((question) => reads.ask(question, db, KEPT))
  await expect(first).rejects.toThrow('down')
  for (const other of others) await expect(other).rejects.toThrow('down')
  isDown = false
  expect(await reads.ask(4, db, KEPT)).toBe(4)
})
