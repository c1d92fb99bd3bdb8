/** Holds the optimistic state, keeps its durable half, and lets pure code decide the rest. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { evolve } from './evolve.ts'
import { type Event, initialState } from './model.ts'
import { reduce, showOrder } from './reduce.ts'
import { readsAreStale } from './staleness.ts'
import { loadLocal, onSavedElsewhere, saveLocal } from './storage.ts'

export const useOptimistic = defineStore('optimistic', () => {
  const state = shallowRef(initialState(loadLocal()))
  const view = computed(() => reduce(state.value))
  /** Grows whenever `me` and the catalogue should be read again. */
  const staleReads = shallowRef(0)

  function dispatch(event: Event): void {
    const before = state.value
    const after = evolve(before, event)
    // Saved before anything else can see it, and so before anything is sent (O1).
    if (after.local !== before.local && event.type !== 'adopted') saveLocal(after.local)
    state.value = after
    if (readsAreStale(before, after)) staleReads.value += 1
  }

  const order = (id: string) => showOrder(state.value, id)
  const operation = (id: string) => state.value.local.operations.find((it) => it.orderId === id)

  onSavedElsewhere((local) => dispatch({ type: 'adopted', local }))

  return { state, view, staleReads, dispatch, order, operation }
})
