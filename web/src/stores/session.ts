/** Whose page this is. The cookie is HttpOnly; the page knows the customer's id only. */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { type CustomerId, isCustomerId } from '../../../durable-objects/core/ids.ts'
import { openSession } from '../api/shop-api.ts'

export const useSession = defineStore('session', () => {
  const customer = ref<CustomerId | null>(null)
  const isDevelopment = ref(false)
  let opening: Promise<CustomerId> | null = null

  async function open(): Promise<CustomerId> {
    const session = await openSession()
    if (!isCustomerId(session.customer)) throw new TypeError('the session names no customer')
    customer.value = session.customer
    isDevelopment.value = session.development === true
    return session.customer
  }

  /** Opens it once, however many ask; a failure is forgotten, so that the next one tries again. */
  function ensure(): Promise<CustomerId> {
    opening ??= open().catch((error: unknown) => {
      opening = null
      throw error
    })
    return opening
  }

  function reopen(): Promise<CustomerId> {
    opening = null
    return ensure()
  }

  return { customer, isDevelopment, ensure, reopen }
})
