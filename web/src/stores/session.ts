/** Whose page this is. The cookie is HttpOnly; the page knows the customer's id only. */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { type CustomerId, isCustomerId } from '../../../durable-objects/core/ids.ts'
import { ApiProblem } from '../api/client.ts'
import { openSession } from '../api/shop-api.ts'
import { browserTabs } from './optimistic/tabs.ts'

/** What one tab does at a time: of two that have no cookie yet each would be given a customer, and one cookie. */
const OPENING = 'edge-saga.session'

const isOver = (error: unknown): boolean => error instanceof ApiProblem && error.status === 401

export const useSession = defineStore('session', () => {
  const customer = ref<CustomerId | null>(null)
  const isDevelopment = ref(false)
  /** False once the server did not recognise a session that it had just opened: cookies are blocked. */
  const isKept = ref(true)
  let opening: Promise<CustomerId> | null = null
  let isOpening = false

  async function open(): Promise<CustomerId> {
    isOpening = true
    try {
      const session = await browserTabs.alone(OPENING, openSession)
      if (!isCustomerId(session.customer)) throw new TypeError('the session names no customer')
      customer.value = session.customer
      isDevelopment.value = session.development === true
      return session.customer
    } finally {
      isOpening = false
    }
  }

  /** Opens it once, however many ask; a failure is forgotten, so that the next one tries again. */
  function ensure(): Promise<CustomerId> {
    opening ??= open().catch((error: unknown) => {
      opening = null
      throw error
    })
    return opening
  }

  /** Several requests may find out at the same time that it is over; one opens it for all. */
  function reopen(): Promise<CustomerId> {
    if (!isOpening) opening = null
    return ensure()
  }

  /** For what only a customer may ask: within a session, and once more if that turns out to be over. */
  async function within<Result>(ask: () => Promise<Result>): Promise<Result> {
    await ensure()
    const result = await ask().catch(async (error: unknown) => {
      if (!isOver(error)) throw error
      await reopen()
      return ask().catch(lookForCookies)
    })
    isKept.value = true
    return result
  }

  function lookForCookies(error: unknown): never {
    if (isOver(error)) isKept.value = false
    throw error
  }

  return { customer, isDevelopment, isKept, ensure, reopen, within }
})
