import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Intervention } from '../../durable-objects/core/events.ts'
import { directionSchema, outcomeSchema } from '../../durable-objects/core/messages.ts'
import {
  type SagaState,
  hasEnded,
  pivotOf,
  sagaStatus,
} from '../../durable-objects/core/saga-state.ts'
import { type Basket, OPERATOR, ORDER_ID, SAGA_ID, SagaUnderTest, foldOf, trip } from './harness.ts'
import { ModelWorld } from './model-world.ts'

const STEPS = trip.steps.map(({ name }) => name)
const basket: fc.Arbitrary<Basket> = fc.record({ coupon: fc.boolean(), free: fc.boolean() })

const interventions: Intervention[] = [
  { action: 'compensate' },
  { action: 'resume' },
  ...STEPS.flatMap((step): Intervention[] => [
    { action: 'retry', step },
    { action: 'skip', step },
  ]),
]

/** What the world may do next; `pick` chooses among what is under way. */
const anyOf = fc.nat(20)
const move = fc.oneof(
  { weight: 20, arbitrary: choice('deliver-command', anyOf) },
  { weight: 20, arbitrary: choice('deliver-reply', anyOf) },
  { weight: 1, arbitrary: choice('lose-command', anyOf) },
  { weight: 1, arbitrary: choice('lose-reply', anyOf) },
  { weight: 4, arbitrary: choice('wait', fc.integer({ min: 1, max: 200 })) },
  { weight: 3, arbitrary: choice('wait', fc.integer({ min: 200, max: 3_000 })) },
  { weight: 1, arbitrary: choice('wait', fc.integer({ min: 3_000, max: 60_000 })) },
  { weight: 1, arbitrary: choice('sleep', fc.integer({ min: 1, max: 5_000 })) },
  { weight: 1, arbitrary: choice('cancel', anyOf) },
  { weight: 1, arbitrary: choice('repair', anyOf) },
  { weight: 1, arbitrary: choice('lose-object', fc.nat(12)) },
  { weight: 2, arbitrary: choice('turn-breaker', fc.nat(3_000)) },
)
function choice(what: string, among: fc.Arbitrary<number>): fc.Arbitrary<Move> {
  return fc.record({ do: fc.constant(what), pick: among, twice: fc.boolean() })
}
type Move = { do: string; pick: number; twice: boolean }

function play(world: ModelWorld, { do: what, pick, twice }: Move): void {
  const { saga } = world
  if (what === 'deliver-command') world.deliverCommand(pick, twice)
  if (what === 'deliver-reply') world.deliverReply(pick, twice)
  if (what === 'lose-command') world.loseCommand(pick)
  if (what === 'lose-reply') world.loseReply(pick)
  if (what === 'lose-object') world.loseObject(pick)
  if (what === 'turn-breaker') world.turnBreaker(pick)
  if (what === 'repair') {
    const intervention = interventions[pick % interventions.length]
    if (intervention) world.send(saga.operator(intervention))
  }
  // Its alarm is lost.
  if (what === 'sleep') saga.nowMs += pick
  if (what === 'cancel') world.send(saga.input({ type: 'cancel' }))
  if (what === 'wait') {
    saga.nowMs += pick
    world.send(saga.input({ type: 'timer' }))
    if (twice) world.send(saga.input({ type: 'timer' }))
  }
}

describe('over a network that loses, doubles and reorders', () => {
  it('every saga ends, all of it in force or none, and the pivot decides which', () => {
    fc.assert(
      fc.property(
        basket,
        fc.dictionary(fc.constantFrom(...STEPS), fc.constant('reject' as const), { maxKeys: 1 }),
        fc.array(move, { minLength: 30, maxLength: 90 }),
        (order, verdicts, moves) => {
          const world = new ModelWorld(verdicts)
          world.send(world.saga.place(order))
          for (const next of moves) {
            play(world, next)
            expectNoCompensationBesidePivot(world)
            expectReverseOrder(world)
            expectNothingLate(world)
          }
          world.settle()
          const { saga } = world
          expect(saga.state && hasEnded(saga.state)).toBe(true)
          // What an operator gave up may be in force or not: nobody knows.
          const steps = [...(saga.state?.steps.keys() ?? [])].filter(
            (step) => saga.statusOf(step) !== 'skipped',
          )
          const inForce = steps.filter((step) => world.effects.get(step) === 'done')
          expect(inForce).toEqual(saga.status === 'compensated' ? [] : steps)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})

/** E3. */
function expectNoCompensationBesidePivot({ saga, pivotSucceeded }: ModelWorld): void {
  const pivot = saga.state && pivotOf(saga.state)
  if (pivotSucceeded || pivot?.status === 'started' || pivot?.status === 'parked') {
    expect(saga.eventsOf('compensation-started')).toEqual([])
  }
}

/** E4: what comes before the point of no return is not carried out after the forward deadline. */
function expectNothingLate({ saga }: ModelWorld): void {
  const deadlineAtMs = saga.state?.forwardDeadlineAtMs ?? Infinity
  const late = saga.journal.filter(
    ({ event, atMs }) =>
      event.type === 'command-sent' &&
      event.direction === 'action' &&
      event.mode === 'execute' &&
      saga.state?.steps.get(event.step)?.plan.kind !== 'retriable' &&
      atMs >= deadlineAtMs,
  )
  expect(late).toEqual([])
}

/** E2: transfer is built upon flight, so flight is not given back before it, unless transfer is stuck (E7). */
function expectReverseOrder({ saga }: ModelWorld): void {
  if (saga.statusOf('flight') !== 'compensating') return
  const transfer = saga.state?.steps.get('transfer')
  const wasStuck = saga.journal.some(
    ({ event }) =>
      event.type === 'step-parked' &&
      event.step === 'transfer' &&
      event.direction === 'compensation',
  )
  if (wasStuck) return
  expect(['waiting', 'rejected', 'compensated', 'skipped']).toContain(transfer?.status)
  expect(transfer).not.toHaveProperty('mayHaveStarted')
}

/** Inputs that no honest world would send: any step, outcome and attempt, in any order. */
const nonsense = fc.oneof(
  fc.record({
    type: fc.constant('reply-received' as const),
    reply: fc.record({
      v: fc.constant(1 as const),
      orderId: fc.constant(ORDER_ID),
      sagaId: fc.constant(SAGA_ID),
      step: fc.constantFrom(...STEPS, 'no-such-step'),
      direction: fc.constantFrom(...directionSchema.options),
      attempt: fc.integer({ min: 1, max: 6 }),
      outcome: fc.constantFrom(...outcomeSchema.options),
    }),
  }),
  fc.record({
    type: fc.constant('command-died' as const),
    step: fc.constantFrom(...STEPS, 'no-such-step'),
    direction: fc.constantFrom(...directionSchema.options),
    attempt: fc.integer({ min: 1, max: 6 }),
  }),
  fc.constant({ type: 'timer' as const }),
  fc.constant({ type: 'cancel' as const }),
  fc
    .constantFrom(...interventions)
    .map((intervention) => ({ type: 'operator' as const, ...OPERATOR, ...intervention })),
)

/** From each status to those that may follow it. */
const LEGAL: Record<string, readonly string[]> = {
  // Straight to its compensation only after a restoration: it may have started all the same.
  waiting: ['started', 'compensating'],
  started: ['succeeded', 'rejected', 'parked', 'compensating'],
  succeeded: ['compensating'],
  rejected: [],
  compensating: ['compensated', 'parked'],
  compensated: [],
  parked: ['started', 'succeeded', 'rejected', 'compensating', 'compensated', 'skipped'],
  skipped: [],
}

describe('given any inputs in any order', () => {
  it('F1: each step moves along legal transitions only, and decide sees what the journal says', () => {
    fc.assert(
      fc.property(
        basket,
        fc.array(fc.tuple(nonsense, fc.nat(2_000), fc.nat(100)), { maxLength: 80 }),
        (order, inputs) => {
          const saga = new SagaUnderTest()
          saga.place(order)
          for (const [input, waitMs, lost] of inputs) {
            if (lost < 3) saga.restore(Math.max(1, saga.transitions - lost))
            const before = saga.state
            saga.nowMs += waitMs
            if (lost > 90) saga.turnBreaker(waitMs)
            saga.input(input)
            expectLegal(before, saga.state)
          }
          expect(foldOf(saga.journal)).toEqual(saga.state)
          expect(JSON.parse(JSON.stringify(saga.journal))).toEqual(saga.journal)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('a saga that has ended sends nothing and stays as it is', () => {
    fc.assert(
      fc.property(fc.array(nonsense, { maxLength: 40 }), (inputs) => {
        const world = new ModelWorld({})
        world.send(world.saga.place())
        world.settle()
        const { status } = world.saga
        expect(inputs.flatMap((input) => world.saga.input(input))).toEqual([])
        expect(world.saga.status).toBe(status)
      }),
    )
  })
})

function expectLegal(before: SagaState | null, after: SagaState | null): void {
  for (const [name, step] of after?.steps ?? []) {
    const was = before?.steps.get(name)?.status ?? 'waiting'
    if (was !== step.status) {
      // One decision may take a step further than one transition, but not past two.
      const next = LEGAL[was] ?? []
      const legal =
        next.includes(step.status) || next.some((via) => LEGAL[via]?.includes(step.status))
      expect(legal, `${name}: ${was} → ${step.status}`).toBe(true)
    }
  }
  if (before && after) {
    const phases = `${before.phase} → ${after.phase}`
    expect([
      'running → running',
      'running → completed',
      'running → compensating',
      'running → compensated',
      'compensating → compensating',
      'compensating → compensated',
      'completed → completed',
      'compensated → compensated',
    ]).toContain(phases)
    expect(sagaStatus(after)).toBeTypeOf('string')
  }
}
