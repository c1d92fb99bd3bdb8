/**
 * What an operator is about to do. Whoever offers it proposes it; the dialog asks for a name and a reason,
 * carries it out, and says what came of it.
 */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
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
  /** A reason that was typed in vain: it is there for the next try on this page. */
  const draft = ref('')

  function propose(intent: Intent): void {
    current.value = intent
  }

  function drop(): void {
    current.value = null
  }

  /** Its page is left. */
  function forget(): void {
    drop()
    draft.value = ''
  }

  return { current, draft, propose, drop, forget }
})
