/** How requests share what they ask of a database. */
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { SharedReads } from '../../worker/domains/shared-reads.ts'
import { Turns } from '../../worker/domains/turns.ts'

/** A database that is busy until it is told otherwise, and a clock that stands still. */
function busy(turnsMax = 1) {
  const turns: { items: number[]; end: () => void }[] = []
  const clock = { nowMs: 0 }
  const kept: Promise<unknown>[] = []
  const shared = new Turns<number, null>({
    run: (items) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      turns.push({ items, end: resolve })
      return promise
    },
    runtime: { nowMs: () => clock.nowMs },
    turnsMax,
  })
  const take = (item: number) =>
    shared.take(item, null, { waitUntil: (work) => void kept.push(work) })
  const taken = () => turns.map(({ items }) => items)
  return { take, turns, taken, clock, kept }
}

it('who comes while a turn runs shares the next one, in the order of coming (U1)', async () => {
  const { take, turns, taken, kept } = busy()
  const all = [1, 2, 3, 4].map(take)
  expect(taken()).toEqual([[1]])
  turns[0]?.end()
  await expect.poll(taken).toEqual([[1], [2, 3, 4]])
  await Promise.all(all)
  expect(kept).toHaveLength(2)
})

it('as many turns run at a time as may', async () => {
  const { take, turns, taken } = busy(2)
  const all = [1, 2, 3, 4].map(take)
  expect(taken()).toEqual([[1], [2]])
  turns[1]?.end()
  await expect.poll(taken).toEqual([[1], [2], [3, 4]])
  await Promise.all(all)
})

it('a turn takes no more than a hundred; the rest shares the next', async () => {
  const { take, turns, taken } = busy()
  const all = Array.from({ length: 151 }, (_, index) => take(index))
  turns[0]?.end()
  await expect.poll(() => taken().map(({ length }) => length)).toEqual([1, 100])
  turns[1]?.end()
  await expect.poll(() => taken().map(({ length }) => length)).toEqual([1, 100, 50])
  await Promise.all(all)
})

it('a turn that was lost with its request: the next to come runs one, and takes along who waits (U3)', async () => {
  const { take, taken, clock } = busy()
  await take(1)
  const second = take(2)
  clock.nowMs = 5_000
  await Promise.all([take(3), second])
  expect(taken()).toEqual([[1], [2, 3]])
})

const KEPT = { waitUntil: () => undefined }
const db = env.POINTS_DB

it('questions of one read get each their own answer, read after they were asked (H1)', async () => {
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
