/**
 * How each fact changes what the browser remembers. Pure, and safe to repeat: a fact is applied to
 * what a tab knows at once, and again to what is stored, which other tabs may have changed meanwhile.
 */
import { unreachable } from '../../../../durable-objects/core/unreachable.ts'
import {
  type Definition,
  type Durable,
  type Ended,
  type Event,
  type Operation,
  type Refusal,
  mayBeTaken,
} from './protocol.ts'

export type Fact<C, Own> =
  | Extract<
      Event<unknown, C, Own>,
      { type: 'edited' | 'submitted' | 'retried' | 'unconfirmed' | 'accepted' | 'forgotten' }
    >
  | { type: 'settled'; id: string }
  | { type: 'ended'; id: string; at: string; refusal: Refusal | null }

export const ENDED_KEPT_MAX = 20

export function record<P, C, Own>(
  definition: Definition<P, C, Own>,
  durable: Durable<C, Own>,
  fact: Fact<C, Own>,
): Durable<C, Own> {
  switch (fact.type) {
    case 'edited':
      return { ...durable, own: fact.edit(durable.own) }
    case 'submitted':
      return find(durable, fact.operation.id)
        ? durable
        : { ...durable, operations: [...durable.operations, fact.operation] }
    case 'retried':
      return retry(durable, fact.id)
    case 'unconfirmed':
      return restage(durable, fact.id, (it) =>
        it.stage === 'waiting' ? { ...it, stage: 'unconfirmed' } : it,
      )
    case 'accepted':
      return accept(definition, durable, fact.id)
    case 'settled':
      return find(durable, fact.id)
        ? { ...durable, operations: without(durable, fact.id) }
        : durable
    case 'ended':
      return end(durable, fact)
    case 'forgotten':
      return forget(durable, fact.id)
    default:
      return unreachable(fact)
  }
}

const find = <C, Own>({ operations }: Durable<C, Own>, id: string): Operation<C> | undefined =>
  operations.find((it) => it.id === id)

const without = <C, Own>({ operations }: Durable<C, Own>, id: string): Operation<C>[] =>
  operations.filter((it) => it.id !== id)

const endedWithout = <C, Own>({ ended }: Durable<C, Own>, id: string): Ended<C>[] =>
  ended.filter((it) => it.operation.id !== id)

function restage<C, Own>(
  durable: Durable<C, Own>,
  id: string,
  map: (operation: Operation<C>) => Operation<C>,
): Durable<C, Own> {
  const known = find(durable, id)
  const mapped = known && map(known)
  if (!mapped || mapped === known) return durable
  return { ...durable, operations: durable.operations.map((it) => (it === known ? mapped : it)) }
}

/** One that another tab has found at the server meanwhile is not submitted again. */
function retry<C, Own>(durable: Durable<C, Own>, id: string): Durable<C, Own> {
  const ended = durable.ended.find((it) => it.operation.id === id)
  if (!ended) return durable
  const stage = mayBeTaken(ended) ? 'unconfirmed' : 'waiting'
  return {
    ...durable,
    operations: [...durable.operations, { ...ended.operation, stage }],
    ended: endedWithout(durable, id),
  }
}

/** Also of one that had ended: what the server shows to exist exists (O6). */
function accept<P, C, Own>(
  { takeOut }: Pick<Definition<P, C, Own>, 'takeOut'>,
  durable: Durable<C, Own>,
  id: string,
): Durable<C, Own> {
  const known = find(durable, id)
  const revived = durable.ended.find((it) => it.operation.id === id)?.operation
  const operation = known ?? revived
  if (!operation || known?.stage === 'accepted') return durable
  const accepted: Operation<C> = { ...operation, stage: 'accepted' }
  return {
    ...durable,
    own: takeOut(durable.own, operation.payload),
    operations: known
      ? durable.operations.map((it) => (it === known ? accepted : it))
      : [...durable.operations, accepted],
    ended: endedWithout(durable, id),
  }
}

/** A late refusal of a repeat cannot undo what the server has already shown to exist. */
function end<C, Own>(
  durable: Durable<C, Own>,
  { id, at, refusal }: Extract<Fact<C, Own>, { type: 'ended' }>,
): Durable<C, Own> {
  const operation = find(durable, id)
  if (!operation || operation.stage === 'accepted') return durable
  const ended: Ended<C> = refusal
    ? { operation, at, why: 'refused', refusal }
    : { operation, at, why: 'unanswered' }
  return {
    ...durable,
    operations: without(durable, id),
    ended: [ended, ...durable.ended].slice(0, ENDED_KEPT_MAX),
  }
}

function forget<C, Own>(durable: Durable<C, Own>, id: string): Durable<C, Own> {
  const isKnown = find(durable, id) || durable.ended.some((it) => it.operation.id === id)
  if (!isKnown) return durable
  return { ...durable, operations: without(durable, id), ended: endedWithout(durable, id) }
}
