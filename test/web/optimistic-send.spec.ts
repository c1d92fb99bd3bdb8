/** First in, first out, each under one id, until there is an answer or none in time. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Event, Operation } from '../../web/src/stores/optimistic/protocol.ts'
import { type Answer, delayMs, sendAll } from '../../web/src/stores/optimistic/send.ts'

type Note = { text: string }
type NoteEvent = Event<Note, Note, null>

const note = (id: string): Operation<Note> => ({
  id,
  payload: { text: id },
  at: '2026-11-23T10:00:00.000Z',
  stage: 'waiting',
})
const accepted: Answer<Note> = { type: 'accepted', snapshots: [] }
const refused: Answer<Note> = {
  type: 'refused',
  refusal: { code: 'taken', title: '', errors: [] },
  snapshots: [{ id: 'n', payload: { text: 'now' }, version: [1, 2], at: '' }],
}
const broken = () => Promise.reject(new TypeError('a bug of ours'))
const never = () => new Promise<never>(() => {})

/** Sends `ids` with the given answers, and tells what happened in which order. */
function sending(ids: string[], answers: (() => Answer<Note> | Promise<Answer<Note>>)[]) {
  const queue = ids.map(note)
  const sent: string[] = []
  const events: string[] = []
  const aborted: string[] = []
  const paused: (number | undefined)[][] = []
  const all = sendAll<Note, Note, null>({
    next: () => queue[0],
    async send({ id }, signal) {
      sent.push(id)
      signal.addEventListener('abort', () => aborted.push(id))
      return (answers[sent.length - 1] ?? never)()
    },
    dispatch(event: NoteEvent) {
      events.push('id' in event ? `${event.type} ${event.id}` : event.type)
      if (event.type === 'accepted' || event.type === 'refused') queue.shift()
      if (event.type === 'unanswered') queue.length = 0
      return Promise.resolve()
    },
    pause(...wanted) {
      paused.push(wanted)
      return Promise.resolve()
    },
    random: () => 0.5,
    now: () => '2026-11-23T10:00:00.000Z',
  })
  return { all, sent, events, aborted, paused }
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

it('in the order in which they were submitted, one at a time', async () => {
  const { all, sent, events } = sending(['a', 'b'], [() => accepted, () => accepted])
  await all
  expect(sent).toEqual(['a', 'b'])
  expect(events).toEqual(['accepted a', 'accepted b'])
})

it('the first again and again, and nothing before it has an answer', async () => {
  const later: Answer<Note> = { type: 'later' }
  vi.spyOn(console, 'error').mockReturnValue()
  const { all, sent } = sending(['a', 'b'], [() => later, broken, () => accepted, () => accepted])
  await all
  expect(sent).toEqual(['a', 'a', 'a', 'b'])
})

it('with what is so now before what was refused, so that a taken repeat is no refusal', async () => {
  const { all, events } = sending(['a'], [() => refused])
  await all
  expect(events).toEqual(['seen', 'refused a'])
})

it('and no longer than 3 s: then all is dropped, and the request with it', async () => {
  const { all, sent, events, aborted } = sending(['a', 'b'], [never])
  await vi.advanceTimersByTimeAsync(2_999)
  expect(events).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  await all
  expect(sent).toEqual(['a'])
  expect(events).toEqual(['unanswered'])
  expect(aborted).toEqual(['a'])
})

it('waits longer each time, up to half a minute, never the same for all browsers', () => {
  expect(delayMs(0, 0)).toBe(500)
  expect(delayMs(0, 1)).toBe(1_000)
  expect(delayMs(3, 0.5)).toBe(6_000)
  expect(delayMs(500, 1)).toBe(30_000)
})

it('and not before the server wants to be asked again, nor then all at once', async () => {
  expect(delayMs(0, 0, 10_000)).toBe(10_000)
  expect(delayMs(0, 1, 10_000)).toBe(10_500)
  expect(delayMs(500, 0, 10_000)).toBe(15_000)
  const busy: Answer<Note> = { type: 'later', afterMs: 7_000 }
  const { all, paused } = sending(['a'], [() => busy, () => accepted])
  await all
  expect(paused).toEqual([[7_250, 7_000]])
})
