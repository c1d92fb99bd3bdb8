/**
 * What an operator is about to do. Whoever offers it proposes it; the dialog asks for a name and a reason,
 * carries it out, and says what came of it.
 */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Signed } from '../api/as-operator.ts'

export type Intent = {
  title: string
  /** What will happen, and what will not. */
  text: string
  /** On the button. */
  action: string
  /** It cannot be taken back. */
  isGrave?: boolean
  carryOut: (signed: Signed) => Promise<unknown>
}

export const useIntent = defineStore('intent', () => {
  const current = shallowRef<Intent | null>(null)

  function propose(intent: Intent): void {
    current.value = intent
  }

  function drop(): void {
    current.value = null
  }

  return { current, propose, drop }
})
