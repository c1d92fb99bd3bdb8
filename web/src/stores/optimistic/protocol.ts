/**
 * The optimistic protocol's data. What a page shows is never stored: it is the server's snapshots
 * with the operations applied that they do not contain, computed anew whenever either changes.
 *
 * O1. An operation is durable in this browser before it is sent.
 * O2. An operation that ends takes nothing else along: what it had changed comes back because the
 *     view is computed again, not because an old value was copied.
 * O3. A snapshot counts only if its version is newer than that of the known one.
 * O4. An accepted operation goes on counting until each snapshot that it touches contains it. A
 *     snapshot that may or may not contain an operation is not taken.
 * O5. Operations are sent first in, first out, by one tab at a time, under the id that they got when
 *     they were submitted.
 * O6. An operation that was sent and had no answer in time is unanswered, and so is what waited behind
 *     it: all of it is dropped, and asked after. It counts again as soon as a snapshot shows it.
 * O7. What was sent without an answer and is refused when it is sent again may have been taken the first
 *     time, or be taken when that request arrives at last: it is asked after as well.
 */

/** Compared from the left. */
export type Version = readonly [epoch: number, number: number]

/** What the server said of one thing. `at` is ISO 8601, by this browser's clock: for people only. */
export type Snapshot<Payload> = { id: string; payload: Payload; version: Version; at: string }

/** A snapshot as it is kept, with the ids of the operations that are certain to be in it. */
export type Held<Payload> = Snapshot<Payload> & { contains: readonly string[] }

/**
 * `unconfirmed`: sent, or kept from being sent, without an answer of the server's own, be it by a page that
 * is gone; it is sent again.
 */
export type Stage = 'waiting' | 'unconfirmed' | 'accepted'

/** `id` is globally unique and the same in every attempt. */
export type Operation<Payload> = { id: string; payload: Payload; at: string; stage: Stage }

/** Why the server did not take an operation (RFC 9457). */
export type Refusal = {
  code: string
  title: string
  detail?: string
  errors: { field: string; message: string }[]
}

export type Ended<Payload> = { operation: Operation<Payload>; at: string } & (
  | { why: 'refused'; refusal: Refusal }
  | { why: 'unanswered' }
)

/** O6, O7. */
export const mayBeTaken = <C>({ why, operation }: Ended<C>): boolean =>
  why === 'unanswered' || operation.stage === 'unconfirmed'

/** What this browser remembers through a reload. All its tabs share it. */
export type Durable<Change, Own> = {
  revision: number
  /** What is the browser's own and never the server's, such as a basket. */
  own: Own
  operations: Operation<Change>[]
  /** Newest first. */
  ended: Ended<Change>[]
}

/** `P`: a snapshot's payload, `C`: an operation's. */
export type State<P, C, Own> = {
  durable: Durable<C, Own>
  snapshots: Record<string, Held<P>>
  /** Settled by another tab, whose snapshots contain them; this tab's do not yet. */
  shadows: Operation<C>[]
}

export type Event<P, C, Own> =
  /** `edit` is applied to whatever is stored, and so must be pure. */
  | { type: 'edited'; edit: (own: Own) => Own }
  | { type: 'submitted'; operation: Operation<C> }
  | { type: 'retried'; id: string }
  | { type: 'unconfirmed'; id: string }
  | { type: 'accepted'; id: string }
  | { type: 'refused'; id: string; refusal: Refusal; at: string }
  | { type: 'unanswered'; at: string }
  /** With `contains` it is a read whose content is as old as its beginning; without, it tells itself. */
  | { type: 'seen'; snapshot: Snapshot<P>; contains?: readonly string[] }
  | { type: 'forgotten'; id: string }
  | { type: 'adopted'; durable: Durable<C, Own> }

/** What an operation means. Pure. */
export type Definition<P, C, Own> = {
  /** Names the database entry, the lock and the channel. */
  id: string
  own(): Own
  /** At acceptance: what of the browser's own has become the server's. */
  takeOut(own: Own, change: C): Own
  /** Ids of the snapshots that do not tell by themselves whether they contain the operation. */
  touches(change: C): readonly string[]
  /** What a snapshot shows of an operation: that the server took it, or that its effects are over. */
  judge(snapshot: Snapshot<P>, operation: Operation<C>): 'accepted' | 'over' | null
}

export const initialState = <P, C, Own>(definition: Definition<P, C, Own>): State<P, C, Own> => ({
  durable: { revision: 0, own: definition.own(), operations: [], ended: [] },
  snapshots: {},
  shadows: [],
})

export const isNewer = (one: Version, other: Version): boolean =>
  one[0] > other[0] || (one[0] === other[0] && one[1] > other[1])

/** All that counts, in the order in which it was submitted. */
export const counting = <P, C, Own>(state: State<P, C, Own>): Operation<C>[] => [
  ...state.shadows,
  ...state.durable.operations,
]

const isIn = <P, C, Own>(state: State<P, C, Own>, snapshot: string, id: string): boolean =>
  state.snapshots[snapshot]?.contains.includes(id) ?? false

/** The operations to apply to a snapshot (O4). */
export const missingFrom = <P, C, Own>(
  definition: Definition<P, C, Own>,
  state: State<P, C, Own>,
  snapshot: string,
): Operation<C>[] =>
  counting(state).filter(
    ({ id, payload }) =>
      definition.touches(payload).includes(snapshot) && !isIn(state, snapshot, id),
  )

export const isMissingSomewhere = <P, C, Own>(
  definition: Definition<P, C, Own>,
  state: State<P, C, Own>,
  { id, payload }: Operation<C>,
): boolean => definition.touches(payload).some((snapshot) => !isIn(state, snapshot, id))
