import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { OrderTransition } from '../../durable-objects/order/state.ts'
import { orderCreateV1 } from '../../durable-objects/sagas/order-create.ts'
import type { SagaLogMessage } from '../../durable-objects/saga-log/message.ts'
import { spansOf } from '../../worker/traces/journal-spans.ts'
import { traceMessageOf } from '../../worker/traces/message.ts'
import { EVENTS_PER_SPAN_MAX, type SpanDraft } from '../../worker/traces/span.ts'
import { GOLDEN_ORDER_ID, type GoldenInput, goldenPlacing, reply, run } from './golden-run.ts'

const ID = GOLDEN_ORDER_ID
const PLACED_AT_MS = Date.UTC(2026, 10, 23, 12)
const NAMES = ['completed', 'compensated', 'skipped', 'restored'] as const

function golden(name: (typeof NAMES)[number]): OrderTransition[] {
  const path = new URL(`golden/order-create-v1-${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(path, 'utf8')).transitions
}

const all = (transitions: readonly OrderTransition[], from = 1, to = transitions.length) =>
  spansOf(ID, transitions, { from, to })
const runOf = (...inputs: GoldenInput[]) => run(orderCreateV1, inputs).transitions
const timer = (afterMs: number): GoldenInput => ({ afterMs, input: { type: 'timer' } })

function spanOf(spans: readonly SpanDraft[], name: string): SpanDraft {
  const [first, ...others] = spans.filter((span) => span.name === name)
  if (!first || others.length > 0) throw new Error(`not one ${name}`)
  return first
}

/** Its name, and when it began and ended after the order was placed. */
const times = ({ name, startMs, endMs }: SpanDraft) => [
  name,
  startMs - PLACED_AT_MS,
  endMs - PLACED_AT_MS,
]
const eventNames = ({ events }: SpanDraft) => events.map(({ name }) => name)

/** Holds that answered at once, as an order without trouble has them. */
const holds = ['reserve-stock', 'redeem-coupon', 'freeze-points', 'reserve-delivery']
const held = holds.map((step, index) => reply(10 + index, step, 'done'))

describe('the spans of a saga', () => {
  it('a completed one: itself and a child for each step, with what its journal says', () => {
    const spans = all(golden('completed'))
    expect(spans.map(times)).toEqual([
      ['reserve-stock', 0, 40],
      ['redeem-coupon', 0, 45],
      ['freeze-points', 0, 230],
      ['reserve-delivery', 0, 240],
      ['charge-card', 240, 2_600],
      ['commit-stock', 2_600, 2_650],
      ['commit-coupon', 2_600, 2_660],
      ['deduct-points', 2_600, 2_670],
      ['book-delivery', 2_600, 2_680],
      ['order-create', 0, 2_680],
    ])
    expect(spanOf(spans, 'order-create')).toMatchObject({
      kind: 'saga',
      key: ID,
      parentKey: null,
      traceparent: goldenPlacing.traceparent,
      attributes: {
        'saga.id': ID,
        'saga.definition': 'order-create',
        'saga.version': 1,
        'saga.status': 'completed',
        'order.id': ID,
      },
      error: null,
    })
    expect(spanOf(spans, 'charge-card')).toMatchObject({
      kind: 'step',
      parentKey: ID,
      attributes: {
        'saga.id': ID,
        'saga.step.id': `${ID}/charge-card/action`,
        'saga.step.type': 'execute',
        'saga.step.name': 'charge-card',
        'saga.step.domain': 'payments',
        'saga.step.kind': 'pivot',
        'saga.step.status': 'succeeded',
        'saga.step.attempts': 2,
        'saga.status': 'running',
        'order.id': ID,
      },
      error: null,
    })
  })

  it('a compensated one: failed, with the reason, and a span for each compensation', () => {
    const spans = all(golden('compensated'))
    expect(spanOf(spans, 'order-create')).toMatchObject({
      attributes: {
        'saga.status': 'compensated',
        'saga.failure.code': 'card-declined',
        'saga.failure.step': 'charge-card',
        'error.type': 'card-declined',
        'saga.late_ms': expect.any(Number),
      },
      error: 'card-declined',
    })
    expect(spanOf(spans, 'charge-card')).toMatchObject({
      attributes: { 'saga.step.status': 'rejected', 'error.type': 'card-declined' },
      error: 'card-declined',
    })
    expect(spanOf(spans, 'compensate reserve-stock')).toMatchObject({
      key: `${ID}/reserve-stock/compensation`,
      attributes: {
        'saga.step.id': `${ID}/reserve-stock/compensation`,
        'saga.step.type': 'compensate',
        'saga.step.status': 'compensated',
        'saga.status': 'compensating',
      },
      error: null,
    })
  })

  it('a step that was tried again: one span, with an event for each attempt', () => {
    const { attributes, events } = spanOf(all(golden('completed')), 'freeze-points')
    expect(attributes).toMatchObject({ 'saga.step.attempts': 2 })
    expect(events).toMatchObject([
      { name: 'sent', attributes: { attempt: 1, mode: 'execute' } },
      { name: 'retry-scheduled', attributes: { code: expect.any(String) } },
      { name: 'sent', attributes: { attempt: 2, mode: 'execute' } },
    ])
  })

  it('a step without answer ends, unknown, when its compensation begins', () => {
    const spans = all(runOf(reply(45, 'redeem-coupon', 'rejected', { code: 'coupon-used-up' })))
    expect(times(spanOf(spans, 'reserve-stock'))).toEqual(['reserve-stock', 0, 45])
    expect(spanOf(spans, 'reserve-stock')).toMatchObject({
      attributes: { 'saga.step.status': 'unknown', 'error.type': 'outcome-unknown' },
      error: 'no answer came before it was compensated',
    })
  })

  it('one that the shopper called off has not failed', () => {
    const spans = all(
      runOf(
        { afterMs: 5, input: { type: 'cancel' } },
        ...holds.map((step) => reply(20, step, 'done', { direction: 'compensation' })),
      ),
    )
    expect(spanOf(spans, 'order-create')).toMatchObject({
      attributes: { 'saga.failure.code': 'cancelled', 'saga.status': 'compensated' },
      error: null,
    })
  })
})

describe('a saga that is parked', () => {
  it('is seen at once, by a mark under the step that waits; once for each reason', () => {
    const journal = golden('skipped')
    const parked = all(journal, 6, 6)
    expect(parked).toMatchObject([
      {
        kind: 'mark',
        name: 'compensate freeze-points parked',
        key: `${ID}/freeze-points/compensation/parked/needs-operator`,
        parentKey: `${ID}/freeze-points/compensation`,
        startMs: PLACED_AT_MS + 90,
        endMs: PLACED_AT_MS + 90,
        attributes: {
          'saga.status': 'parked',
          'saga.parked.reason': 'needs-operator',
          'saga.step.id': `${ID}/freeze-points/compensation`,
          'error.type': 'no-such-hold',
        },
        error: 'needs-operator: no-such-hold',
      },
    ])
    expect(all(journal).filter(({ kind }) => kind === 'mark')).toEqual(parked)
  })

  it('what an operator gave up has failed, and says so; who it was and why stays in the journal', () => {
    const spans = all(golden('skipped'))
    const step = spanOf(spans, 'compensate freeze-points')
    expect(step).toMatchObject({
      attributes: { 'saga.step.status': 'skipped' },
      error: 'given up by an operator',
    })
    expect(eventNames(step)).toEqual(['sent', 'parked', 'sent', 'parked', 'skipped'])
    const root = spanOf(spans, 'order-create')
    expect(root.events.at(-1)).toMatchObject({
      name: 'operator-intervened',
      attributes: { action: 'skip', step: 'freeze-points' },
    })
    expect(JSON.stringify(spans)).not.toMatch(/Grace|"by"|"reason":"(?!needs-operator)/)
  })
})

describe('what is told of a journal', () => {
  it.each(NAMES)('T1, T2: the same of %s, in one go, bit by bit and again', (name) => {
    const journal = golden(name)
    const whole = all(journal)
    const bits = journal.flatMap(({ seq }) => all(journal.slice(0, seq), seq, seq))
    expect(bits).toEqual(whole)
    expect(all(journal, 1, journal.length + 5)).toEqual(whole)
    expect(new Set(whole.map(({ key }) => key)).size).toBe(whole.length)
  })

  const stuck = runOf(
    ...held,
    reply(20, 'charge-card', 'done'),
    reply(30, 'commit-stock', 'rejected'),
  )
  const journals = [
    ...NAMES.map((name): [string, OrderTransition[]] => [name, golden(name)]),
    ['parked after its pivot', stuck] as const,
  ]
  it.each(journals)('no span of %s ends in a transition that nobody is told of', (_, own) => {
    const journal: SagaLogMessage['transitions'] = JSON.parse(JSON.stringify(own))
    const untold = journal.filter(
      (transition) =>
        traceMessageOf([{ orderId: ID, epoch: 1, transitions: [transition] }]) === null,
    )
    expect(untold.length).toBeGreaterThan(0)
    for (const { seq } of untold) expect(all(own, seq, seq), String(seq)).toEqual([])
  })

  it('T3: an event of newer code is an event of the span, and stops nothing', () => {
    const journal: unknown[] = structuredClone(golden('completed'))
    journal.splice(13, 0, {
      ...golden('completed')[12],
      seq: 14,
      events: [{ type: 'step-doubled' }],
    })
    const read: OrderTransition[] = JSON.parse(JSON.stringify(journal))
    const spans = spansOf(ID, read, { from: 1, to: 99 })
    expect(spanOf(spans, 'order-create').events).toEqual([
      { name: 'unknown-event', atMs: PLACED_AT_MS + 2_670, attributes: { type: 'step-doubled' } },
    ])
    expect(spans).toHaveLength(10)
  })

  it('a return is a saga of its own, in the trace of its order', () => {
    const started = golden('completed')[0]
    if (!started) throw new Error('an empty journal')
    const returned: OrderTransition[] = [
      ...golden('completed'),
      JSON.parse(
        JSON.stringify({
          ...started,
          seq: 15,
          sagaId: `${ID}:return`,
          events: [
            { ...started.events[1], definition: { name: 'order-return', version: 1 } },
            { type: 'saga-completed' },
          ],
        }),
      ),
    ]
    expect(all(returned, 15)).toMatchObject([
      {
        name: 'order-return',
        key: `${ID}:return`,
        sagaId: `${ID}:return`,
        traceparent: goldenPlacing.traceparent,
        attributes: { 'order.id': ID },
      },
    ])
  })

  it('nothing of an order whose caller has its trace not recorded', () => {
    const text = JSON.stringify(golden('completed')).replaceAll(/(00-[0-9a-f-]+)-01/g, '$1-00')
    expect(all(JSON.parse(text))).toEqual([])
  })

  it('a step that is asked for ever has so many events, and a count of the others', () => {
    const silent = runOf(
      ...held,
      reply(20, 'charge-card', 'done'),
      ...Array.from({ length: 300 }, (_, index) => timer((index + 1) * 60_000)),
      reply(19_000_000, 'commit-stock', 'done'),
    )
    const { events, eventsDropped } = spanOf(all(silent), 'commit-stock')
    expect(events).toHaveLength(EVENTS_PER_SPAN_MAX)
    expect(eventsDropped).toBeGreaterThan(0)
  })

  it('there is nothing personal in it, and no card', () => {
    const text = NAMES.map((name) => JSON.stringify(all(golden(name)))).join()
    expect(text).not.toMatch(/cus_|tok_|WELCOME10|MUG-CLAY|GB/)
  })
})
