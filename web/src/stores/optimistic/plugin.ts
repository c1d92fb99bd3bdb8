/**
 * The optimistic protocol as a Pinia plugin. A store becomes optimistic by two things: a state named
 * `optimistic`, and an option of that name which says what its operations mean.
 *
 *     const useNotes = defineStore('notes', () => ({ optimistic: optimisticState(notes) }), {
 *       optimistic: notes,
 *     })
 *     useNotes().$optimistic.submit(crypto.randomUUID(), { title: 'New' })
 */
import type { PiniaPlugin, StateTree } from 'pinia'
import { type ShallowRef, shallowRef } from 'vue'
import { type Optimistic, type Ports, type Protocol, attach } from './attach.ts'
import { type Definition, type State, initialState } from './protocol.ts'

declare module 'pinia' {
  // oxlint-disable-next-line no-unused-vars -- a declaration that is merged names them all
  interface DefineStoreOptionsBase<S extends StateTree, Store> {
    // oxlint-disable-next-line no-explicit-any -- of whatever kind; the store's own type says which
    optimistic?: Protocol<any, any, any>
  }
  // oxlint-disable-next-line no-unused-vars -- as above
  interface PiniaCustomProperties<Id, S, G, A> {
    $optimistic: S extends { optimistic: infer Kept } ? OptimisticOf<Kept> : undefined
  }
}

type OptimisticOf<Kept> =
  Kept extends ShallowRef<infer Value>
    ? OptimisticOf<Value>
    : Kept extends State<infer P, infer C, infer Own>
      ? Optimistic<P, C, Own>
      : undefined

/** Whole values are replaced, never changed: nothing in them needs to be observed. */
export const optimisticState = <P, C, Own>(
  definition: Definition<P, C, Own>,
): ShallowRef<State<P, C, Own>> => shallowRef(initialState(definition))

const isOptimistic = <Any extends object>(
  store: Any,
): store is Any & { optimistic: State<unknown, unknown, unknown> } => 'optimistic' in store

export function optimisticPlugin(ports: Ports): PiniaPlugin {
  return ({ store, options }) => {
    if (!options.optimistic) return
    if (!isOptimistic(store)) {
      throw new TypeError(`${store.$id}: an optimistic store has a state named \`optimistic\``)
    }
    const $optimistic = attach<unknown, unknown, unknown>(options.optimistic, ports, {
      get: () => store.optimistic,
      set: (state) => (store.optimistic = state),
    })
    Object.assign(store, { $optimistic })
  }
}
