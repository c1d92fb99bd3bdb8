import { defineStore } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Protocol } from '../../web/src/stores/optimistic/attach.ts'
import { type Keep, memoryKeep } from '../../web/src/stores/optimistic/keep.ts'
import { optimisticState } from '../../web/src/stores/optimistic/plugin.ts'
import { ANSWER_WITHIN_MS } from '../../web/src/stores/optimistic/send.ts'
import type { Tabs } from '../../web/src/stores/optimistic/tabs.ts'
import { startPinia } from './support/pinia.ts'

type Note = { text: string }
type Own = { draft: string }

let taken: string[]

const NOTES: Protocol<Note, Note, Own> = {
  id: 'notes',
  own: () => ({ draft: '' }),
  takeOut: () => ({ draft: '' }),
  touches: () => [],
  judge: () => null,
  send({ payload }) {
    taken.push(payload.text)
    return Promise.resolve({ type: 'accepted', snapshots: [] })
  },
  ask: () => Promise.resolve([]),
}

const useNotes = defineStore('notes', () => ({ optimistic: optimisticState(NOTES) }), {
  optimistic: NOTES,
})

beforeEach(() => {
  taken = []
  startPinia()
})

describe('an optimistic store', () => {
  it('shows what is submitted at once, sends it once started, and lets go of it when it is taken', async () => {
    const notes = useNotes()
    const saved = notes.$optimistic.submit('n1', { text: 'milk' })
    expect(notes.optimistic.durable.operations).toMatchObject([{ id: 'n1', stage: 'waiting' }])
    await saved
    expect(taken).toEqual([])
    notes.$optimistic.start()
    expect(await notes.$optimistic.outcome('n1')).toBe('accepted')
    expect(taken).toEqual(['milk'])
    expect(notes.optimistic.durable.operations).toEqual([])
  })

  it('keeps what is its own beside what it sends, and clears it by what is taken', async () => {
    const notes = useNotes()
    await notes.$optimistic.edit((own) => ({ ...own, draft: 'mi' }))
    expect(notes.optimistic.durable.own.draft).toBe('mi')
    notes.$optimistic.start()
    await notes.$optimistic.submit('n1', { text: 'milk' })
    await notes.$optimistic.outcome('n1')
    expect(notes.optimistic.durable.own.draft).toBe('')
  })

  it('goes on when the disk is full: what was kept is there, and each edit counts once', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const disk = memoryKeep()
    let isFull = false
    const keep: Keep = {
      isShared: true,
      update: (id, change) =>
        isFull ? Promise.reject(new DOMException('full')) : disk.update(id, change),
    }
    startPinia({ keep })
    const notes = useNotes()
    const write = (letter: string) =>
      notes.$optimistic.edit(({ draft }) => ({ draft: draft + letter }))
    await write('a')
    isFull = true
    await Promise.all([write('b'), write('c')])
    await write('d')
    expect(notes.optimistic.durable.own.draft).toBe('abcd')
  })
})

it.each([
  ['a word', 'x'],
  ['of another shape', { revision: 1, own: { draft: '' }, operations: 7, ended: null }],
  ['without what is its own', { revision: 1, own: 5, operations: [], ended: [] }],
])('an entry on the disk that is %s counts as none', async (_what, entry) => {
  const keep = memoryKeep()
  await keep.update('notes', () => entry)
  startPinia({ keep })
  const notes = useNotes()
  await notes.$optimistic.ready
  expect(notes.optimistic.durable.own.draft).toBe('')
  notes.$optimistic.start()
  await notes.$optimistic.submit('n1', { text: 'milk' })
  expect(await notes.$optimistic.outcome('n1')).toBe('accepted')
})

describe('one that has no answer', () => {
  it.each([0, 1])('is asked after for about a minute (O6), be chance %i', async (chance) => {
    vi.useFakeTimers()
    let waitedMs = 0
    startPinia({
      random: () => chance,
      pause: async (ms) => void (waitedMs += ms),
    })
    const unknown: Protocol<Note, Note, Own> = { ...NOTES, send: () => new Promise(() => {}) }
    const { $optimistic } = defineStore(
      'unknown',
      () => ({ optimistic: optimisticState(unknown) }),
      {
        optimistic: unknown,
      },
    )()
    $optimistic.start()
    await $optimistic.submit('n1', { text: 'milk' })
    await vi.advanceTimersByTimeAsync(ANSWER_WITHIN_MS)
    expect(waitedMs).toBeGreaterThan(40_000)
    expect(waitedMs).toBeLessThan(100_000)
    vi.useRealTimers()
  })

  it('is asked after again each time that it was sent again', async () => {
    vi.useFakeTimers()
    const asked: string[] = []
    const silent: Protocol<Note, Note, Own> = {
      ...NOTES,
      send: () => new Promise(() => {}),
      ask: ({ id }) => {
        asked.push(id)
        return Promise.resolve([])
      },
    }
    const useSilent = defineStore('silent', () => ({ optimistic: optimisticState(silent) }), {
      optimistic: silent,
    })
    const { $optimistic } = useSilent()
    $optimistic.start()
    await $optimistic.submit('n1', { text: 'milk' })
    await vi.advanceTimersByTimeAsync(ANSWER_WITHIN_MS)
    const askedOnce = asked.length
    expect(askedOnce).toBeGreaterThan(0)
    await $optimistic.retry('n1')
    await vi.advanceTimersByTimeAsync(ANSWER_WITHIN_MS)
    expect(asked).toHaveLength(2 * askedOnce)
    vi.useRealTimers()
  })

  it('may be taken after its repeat was refused: it is asked after, and counts when it turns up (O7)', async () => {
    vi.useFakeTimers()
    let sent = 0
    const late: Protocol<Note, Note, Own> = {
      ...NOTES,
      judge: ({ id }, operation) => (id === operation.id ? 'over' : null),
      send: ({ id }) => {
        sent += 1
        return sent === 1
          ? new Promise(() => {})
          : Promise.resolve({
              type: 'refused',
              refusal: { code: 'sold-out', title: id, errors: [] },
              snapshots: [],
            })
      },
      // The first request arrives when the second is refused.
      ask: ({ id, payload }) =>
        Promise.resolve(sent < 2 ? [] : [{ id, payload, version: [1, 1], at: '' }]),
    }
    const useLate = defineStore('late', () => ({ optimistic: optimisticState(late) }), {
      optimistic: late,
    })
    const store = useLate()
    store.$optimistic.start()
    await store.$optimistic.submit('n1', { text: 'milk' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(store.optimistic.durable.ended).toMatchObject([{ why: 'unanswered' }])
    await store.$optimistic.retry('n1')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(sent).toBe(2)
    expect(store.optimistic.durable).toMatchObject({ operations: [], ended: [] })
    vi.useRealTimers()
  })
})

it('one that another tab sends, is refused and forgets at once has ended here as well', async () => {
  const refusing: Protocol<Note, Note, Own> = {
    ...NOTES,
    send: () =>
      Promise.resolve({
        type: 'refused',
        refusal: { code: 'no', title: '', errors: [] },
        snapshots: [],
      }),
  }
  const useRefused = defineStore('refused', () => ({ optimistic: optimisticState(refusing) }), {
    optimistic: refusing,
  })
  const keep = { ...memoryKeep(), isShared: true }
  const hearers: ((message: unknown) => void)[] = []
  const tabs: Tabs = {
    open(_name, hear) {
      hearers.push(hear)
      const tellOthers = (message: unknown): void => {
        for (const other of hearers) if (other !== hear) other(message)
      }
      return { tell: (message) => void setTimeout(tellOthers, 0, message) }
    },
    alone: (_name, work) => work(),
  }
  const here = useRefused(startPinia({ keep, tabs }))
  const other = useRefused(startPinia({ keep, tabs }))
  await here.$optimistic.submit('n1', { text: 'milk' })
  const outcome = here.$optimistic.outcome('n1')
  await vi.waitUntil(() => other.optimistic.durable.operations.length === 1)
  const forgotten = other.$optimistic.outcome('n1').then(() => other.$optimistic.forget('n1'))
  other.$optimistic.start()
  expect(await outcome).toBe('ended')
  await forgotten
  await vi.waitUntil(() => here.optimistic.durable.ended.length === 0)
})

it('what another tab tells before the disk has answered here counts once', async () => {
  const disk = memoryKeep()
  let answered: Promise<unknown> = Promise.resolve()
  const keep: Keep = {
    isShared: true,
    async update(id, change) {
      const entry = await disk.update(id, change)
      await answered
      return entry
    },
  }
  const hearers: ((message: unknown) => void)[] = []
  const tabs: Tabs = {
    open(_name, hear) {
      hearers.push(hear)
      return { tell: () => {} }
    },
    alone: (_name, work) => work(),
  }
  startPinia({ keep, tabs })
  const notes = useNotes()
  await notes.$optimistic.ready
  const answer = Promise.withResolvers<unknown>()
  answered = answer.promise
  const edited = notes.$optimistic.edit(({ draft }) => ({ draft: `${draft}a` }))
  await Promise.resolve()
  const durable = await disk.update('notes', (entry) => Object.assign({}, entry, { revision: 2 }))
  for (const hear of hearers) hear({ durable })
  answer.resolve(null)
  await edited
  expect(notes.optimistic.durable).toMatchObject({ revision: 2, own: { draft: 'a' } })
})

it('one whose page was left while it was sent is asked after as well, when it is refused then (O7)', async () => {
  const refusing: Protocol<Note, Note, Own> = {
    ...NOTES,
    judge: ({ id }, operation) => (id === operation.id ? 'over' : null),
    send: () =>
      Promise.resolve({
        type: 'refused',
        refusal: { code: 'sold-out', title: '', errors: [] },
        snapshots: [],
      }),
    // The first request arrives after all.
    ask: ({ id, payload }) => Promise.resolve([{ id, payload, version: [1, 1], at: '' }]),
  }
  const leaving: typeof refusing = { ...refusing, send: () => new Promise(() => {}) }
  const notesOf = (protocol: typeof refusing) =>
    defineStore('left', () => ({ optimistic: optimisticState(protocol) }), {
      optimistic: protocol,
    })()
  const keep: Keep = { ...memoryKeep(), isShared: true }
  startPinia({ keep })
  const left = notesOf(leaving)
  left.$optimistic.start()
  await left.$optimistic.submit('n1', { text: 'milk' })
  startPinia({ keep })
  const loaded = notesOf(refusing)
  await loaded.$optimistic.ready
  loaded.$optimistic.start()
  await vi.waitUntil(() => loaded.optimistic.durable.operations.length === 0)
  await vi.waitUntil(() => loaded.optimistic.durable.ended.length === 0)
  expect(loaded.optimistic.snapshots).toHaveProperty('n1')
})

/** Of two tabs, here is the one whose disk can be filled. */
function twoTabs() {
  vi.spyOn(console, 'error').mockReturnValue()
  const disk = memoryKeep()
  const shared: Keep = { ...disk, isShared: true }
  const isFull = { here: false }
  const failing: Keep = {
    isShared: true,
    update: (id, change) =>
      isFull.here ? Promise.reject(new DOMException('full')) : disk.update(id, change),
  }
  const hearers: ((message: unknown) => void)[] = []
  const tabs: Tabs = {
    open(_name, hear) {
      hearers.push(hear)
      return {
        tell: (message) => {
          for (const other of hearers) if (other !== hear) other(structuredClone(message))
        },
      }
    },
    alone: (_name, work) => work(),
  }
  const here = useNotes(startPinia({ keep: failing, tabs }))
  const other = useNotes(startPinia({ keep: shared, tabs }))
  return { here, other, isFull }
}

it('a tab whose disk fails keeps what it was given, whatever another tab tells of its own disk', async () => {
  const { here, other, isFull } = twoTabs()
  isFull.here = true
  await here.$optimistic.submit('n1', { text: 'milk' })
  for (const letter of 'abc') {
    await other.$optimistic.edit(({ draft }) => ({ draft: draft + letter }))
  }
  expect(here.optimistic.durable.operations).toMatchObject([{ id: 'n1', stage: 'waiting' }])
  here.$optimistic.start()
  expect(await here.$optimistic.outcome('n1')).toBe('accepted')
  expect(taken).toEqual(['milk'])
})

it('a disk that has lost what was kept gets it back with the next change', async () => {
  const keep: Keep = { ...memoryKeep(), isShared: true }
  startPinia({ keep })
  const notes = useNotes()
  await notes.$optimistic.submit('n1', { text: 'milk' })
  await notes.$optimistic.edit(() => ({ draft: 'a' }))
  await keep.update('notes', () => undefined)
  await notes.$optimistic.edit(({ draft }) => ({ draft: `${draft}b` }))
  expect(notes.optimistic.durable.own.draft).toBe('ab')
  startPinia({ keep })
  const loaded = useNotes()
  await loaded.$optimistic.ready
  expect(loaded.optimistic.durable).toMatchObject({
    own: { draft: 'ab' },
    operations: [{ id: 'n1' }],
  })
})

it('a store without the option is left as it is', () => {
  const plain = defineStore('plain', () => ({}))()
  expect(plain).not.toHaveProperty('$optimistic')
})

it('one with the option but without the state is told what is missing', () => {
  const useWrong = defineStore('wrong', () => ({}), { optimistic: NOTES })
  expect(() => useWrong()).toThrow(/wrong: .*state named `optimistic`/)
})
