/**
 * Who is at the console: the operator's token, until the tab is closed, and the name that is kept with
 * whatever they do.
 */
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { browserMemory, tabMemory } from '../../composables/memory.ts'

const TOKEN_KEY = 'edge-saga.console.token'
const NAME_KEY = 'edge-saga.console.name'
/** What a header can carry (RFC 6750). */
const BEARER_TOKEN = /^[\w.~+/-]+=*$/

export const useOperator = defineStore('operator', () => {
  const token = ref(tabMemory.read(TOKEN_KEY))
  const name = ref(browserMemory.read(NAME_KEY) ?? '')
  /** The API has refused the token that was used last. */
  const wasRefused = ref(false)

  // At once: a reload may follow.
  const options = { flush: 'sync' } as const
  watch(
    token,
    (now) => (now === null ? tabMemory.forget(TOKEN_KEY) : tabMemory.write(TOKEN_KEY, now)),
    options,
  )
  watch(name, (now) => browserMemory.write(NAME_KEY, now), options)

  function signIn(given: string): void {
    wasRefused.value = !BEARER_TOKEN.test(given)
    token.value = wasRefused.value ? null : given
  }

  function signOut(): void {
    wasRefused.value = false
    token.value = null
  }

  /** The answer to a request with `used`, which another one may have replaced since. */
  function refuse(used: string | null): void {
    if (token.value !== used) return
    token.value = null
    wasRefused.value = true
  }

  return {
    token,
    name,
    wasRefused,
    isSignedIn: computed(() => token.value !== null),
    signIn,
    signOut,
    refuse,
  }
})
