/** An order's history on the console: the object's own fold, played back. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sagaIdOf } from '../../durable-objects/core/ids.ts'
import type { OrderTransition } from '../../durable-objects/order/state.ts'
import {
  type Moment,
  momentsOf,
  particularsOf,
  stuckIn,
  wordAt,
} from '../../web/src/console/composables/history.ts'
import { GOLDEN_ORDER_ID } from '../core/golden-run.ts'
import { seenMoments } from '../../web/src/console/composables/seen-moments.ts'

const SAGA_ID = sagaIdOf(GOLDEN_ORDER_ID)

type Golden = {
  transitions: OrderTransition[]
  view: { steps: { name: string; status: string }[] }
}

function read(name: string): Golden {
  const file = join(import.meta.dirname, '../core/golden', `${name}.json`)
  return JSON.parse(readFileSync(file, 'utf8'))
}
const golden = (name: string) => read(name).transitions

/** Only what the history reads of it. */
type Told = Parameters<typeof momentsOf>[0]
const toldOf = (transitions: unknown): Told => {
  const told: unknown = { order: { id: GOLDEN_ORDER_ID }, transitions }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an order has many more fields
  return told as Told
}
const history = (name: string): Moment[] => momentsOf(toldOf(golden(name)))
const words = (moments: Moment[], step: string): string[] =>
  moments.map((moment) => wordAt(moment, SAGA_ID, step))

describe('the history of an order', () => {
  it.each([
    'order-create-v1-completed',
    'order-create-v1-compensated',
    'order-create-v1-restored',
    'order-create-v1-skipped',
    'order-create-v2-compensated',
    'order-create-v2-completed',
  ])('%s ends as its shopper was told', (name) => {
    const last = history(name).at(-1)
    const { steps } = read(name).view
    expect(steps.length).toBeGreaterThan(4)
    expect(steps.map((told) => last && wordAt(last, SAGA_ID, told.name))).toEqual(
      steps.map(({ status }) => status),
    )
  })

  it('tells how a step stood after each transition', () => {
    const moments = history('order-create-v1-completed')
    expect(moments.map(({ transition }) => transition.seq)).toEqual(moments.map((_, at) => at + 1))
    expect(words(moments, 'charge-card')[0]).toBe('waiting')
    expect(words(moments, 'charge-card')).toContain('started')
    expect(words(moments, 'charge-card').at(-1)).toBe('succeeded')
    expect(moments[0]?.sinceMs).toBe(0)
  })

  it('says of a step whose turn does not come that it is not run', () => {
    const last = words(history('order-create-v1-compensated'), 'commit-stock')
    expect(last[0]).toBe('waiting')
    expect(last.at(-1)).toBe('not-run')
  })

  it('knows a saga that has not begun yet', () => {
    const [first] = history('order-create-v1-completed')
    expect(first && wordAt(first, sagaIdOf(GOLDEN_ORDER_ID, 'return'), 'restock')).toBe('not-begun')
  })

  it('names what is stuck, as long as its saga is open', () => {
    const moments = history('order-create-v1-skipped')
    const parked = moments.find((moment) => stuckIn(moment).length > 0)
    expect(parked && stuckIn(parked)).toMatchObject([
      { reason: 'needs-operator', step: { status: 'parked' } },
    ])
    expect(moments.slice(-1).map(stuckIn)).toEqual([[]])
  })

  it('goes on past an event that it does not know', () => {
    const transitions = golden('order-create-v1-completed')
    const [first, ...rest] = transitions
    const unknown = { ...first, seq: 2, events: [{ type: 'invented-later', step: 'x' }] }
    const later = rest.map((known) => ({ ...known, seq: known.seq + 1 }))
    const moments = momentsOf(toldOf([first, unknown, ...later]))
    expect(moments).toHaveLength(transitions.length + 1)
    expect([...(moments[1]?.order.sagas.values() ?? [])][0]?.unreadable).toBe('invented-later')
    expect(words(moments, 'charge-card').at(-1)).toBe('succeeded')
  })
})

it('an event is told in short, its times after its transition', () => {
  const sent = {
    type: 'command-sent',
    step: 'charge-card',
    direction: 'action',
    attempt: 2,
    dueAtMs: 1_250,
    traceparent: '00-abc',
  }
  expect(particularsOf(sent, 1_000)).toEqual([
    'charge-card',
    'direction=action',
    'attempt=2',
    'due=+250ms',
  ])
  const started = { type: 'saga-started', definition: { name: 'order-create', version: 2 } }
  expect(particularsOf(started, 0)).toEqual(['order-create@2'])
})

describe('of a long history', () => {
  const [first] = history('order-create-v1-completed')
  if (!first) throw new Error('an empty journal')
  const moments = Array.from({ length: 500 }, (_, at) => ({
    ...first,
    transition: { ...first.transition, seq: at + 1 },
  }))
  const shown = (seq: number) => seenMoments(moments, seq).map(({ transition }) => transition.seq)

  it.each([1, 2, 30, 250, 470, 499, 500])('transition %i is among those that are shown', (seq) => {
    expect(shown(seq)).toContain(seq)
    expect(shown(seq)).toHaveLength(60)
  })
})
