/** How each event changes what a tab knows, and what of it is to be remembered. Pure. */
import { unreachable } from '../../../../durable-objects/core/unreachable.ts'
import {
  type Definition,
  type Durable,
  type Event,
  type Snapshot,
  type State,
  counting,
  isMissingSomewhere,
  isNewer,
  missingFrom,
} from './protocol.ts'
import { type Fact, record } from './record.ts'

/** `facts` are those that changed something. */
export type Evolved<P, C, Own> = { state: State<P, C, Own>; facts: Fact<C, Own>[] }

export function evolve<P, C, Own>(
  definition: Definition<P, C, Own>,
  state: State<P, C, Own>,
  event: Event<P, C, Own>,
): Evolved<P, C, Own> {
  switch (event.type) {
    case 'edited':
    case 'submitted':
    case 'retried':
    case 'unconfirmed':
      return note(definition, state, [event])
    case 'forgotten':
      return note(definition, withoutShadows(state, new Set([event.id])), [event])
    case 'accepted':
      return settle(definition, note(definition, state, [event]))
    case 'refused':
      return note(definition, state, [{ ...event, type: 'ended' }])
    case 'unanswered':
      return note(
        definition,
        state,
        state.durable.operations
          .filter((it) => it.stage !== 'accepted')
          .map(({ id }) => ({ type: 'ended', id, at: event.at, refusal: null })),
      )
    case 'seen':
      return event.contains
        ? read(definition, state, event.snapshot, event.contains)
        : told(definition, state, event.snapshot)
    case 'adopted':
      return { state: adopt(definition, state, event.durable), facts: [] }
    default:
      return unreachable(event)
  }
}

function note<P, C, Own>(
  definition: Definition<P, C, Own>,
  state: State<P, C, Own>,
  facts: Fact<C, Own>[],
): Evolved<P, C, Own> {
  let { durable } = state
  const effective = facts.filter((fact) => {
    const before = durable
    durable = record(definition, before, fact)
    return durable !== before
  })
  return { state: durable === state.durable ? state : { ...state, durable }, facts: effective }
}

/** Lets go of what is accepted and missing nowhere. */
function settle<P, C, Own>(
  definition: Definition<P, C, Own>,
  { state, facts }: Evolved<P, C, Own>,
): Evolved<P, C, Own> {
  const isSettled = (it: (typeof state.shadows)[number]) =>
    it.stage === 'accepted' && !isMissingSomewhere(definition, state, it)
  const { state: noted, facts: more } = note(
    definition,
    state,
    state.durable.operations
      .filter(isSettled)
      .map(({ id }): Fact<C, Own> => ({ type: 'settled', id })),
  )
  const shadows = state.shadows.filter((it) => !isSettled(it))
  const after = shadows.length === state.shadows.length ? noted : { ...noted, shadows }
  return { state: after, facts: [...facts, ...more] }
}

const hold = <P, C, Own>(
  state: State<P, C, Own>,
  snapshot: Snapshot<P>,
  contains: readonly string[],
): State<P, C, Own> => ({
  ...state,
  snapshots: { ...state.snapshots, [snapshot.id]: { ...snapshot, contains } },
})

function isNews<P, C, Own>(state: State<P, C, Own>, { id, version }: Snapshot<P>): boolean {
  const known = state.snapshots[id]
  return !known || isNewer(version, known.version)
}

/** A snapshot that is old says as truly as a new one that the server took an operation. */
function told<P, C, Own>(
  definition: Definition<P, C, Own>,
  state: State<P, C, Own>,
  snapshot: Snapshot<P>,
): Evolved<P, C, Own> {
  const held = isNews(state, snapshot) ? hold(state, snapshot, []) : state
  const over = new Set<string>()
  const facts: Fact<C, Own>[] = []
  const ended = state.durable.ended.map((it) => it.operation)
  for (const operation of [...counting(state), ...ended]) {
    const verdict = definition.judge(snapshot, operation)
    if (verdict) facts.push({ type: 'accepted', id: operation.id })
    if (verdict === 'over') {
      over.add(operation.id)
      facts.push({ type: 'settled', id: operation.id })
    }
  }
  const noted = note(definition, held, facts)
  return { ...noted, state: withoutShadows(noted.state, over) }
}

function withoutShadows<P, C, Own>(
  state: State<P, C, Own>,
  ids: ReadonlySet<string>,
): State<P, C, Own> {
  const shadows = state.shadows.filter((it) => !ids.has(it.id))
  return shadows.length < state.shadows.length ? { ...state, shadows } : state
}

function read<P, C, Own>(
  definition: Definition<P, C, Own>,
  state: State<P, C, Own>,
  snapshot: Snapshot<P>,
  contains: readonly string[],
): Evolved<P, C, Own> {
  if (!isNews(state, snapshot)) return { state, facts: [] }
  const isDoubtful = missingFrom(definition, state, snapshot.id).some(
    ({ id }) => !contains.includes(id),
  )
  // With nothing to show yet, a doubtful read is better than none.
  if (isDoubtful && state.snapshots[snapshot.id]) return { state, facts: [] }
  return settle(definition, { state: hold(state, snapshot, contains), facts: [] })
}

function adopt<P, C, Own>(
  definition: Definition<P, C, Own>,
  state: State<P, C, Own>,
  durable: Durable<C, Own>,
): State<P, C, Own> {
  const isKnown = new Set([
    ...durable.operations.map((it) => it.id),
    ...durable.ended.map((it) => it.operation.id),
  ])
  const shadows = counting(state)
    .filter((it) => !isKnown.has(it.id) && isMissingSomewhere(definition, state, it))
    .map((it) => ({ ...it, stage: 'accepted' as const }))
  return { ...state, durable, shadows }
}
