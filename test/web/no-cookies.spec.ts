/** A browser that keeps no cookies: each session it opens is another customer's, and none is recognised. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useSession } from '../../web/src/stores/session.ts'
import { useShop } from '../../web/src/stores/shop.ts'
import { startPinia } from './support/pinia.ts'
import { sessionRequired } from './support/session-required.ts'

/** More than any page needs to find out; a page that goes on for ever stops here. */
const PATIENCE = 20

let asked: string[]
let isRecognised: boolean

async function answer(path: string): Promise<Response> {
  asked.push(path)
  if (asked.length > PATIENCE) return new Promise(() => {})
  if (path === '/api/session') {
    return Response.json({ customer: `cus_${asked.length.toString(16).padStart(32, '0')}` })
  }
  return isRecognised ? Response.json({ points: 0, coupons: [] }) : sessionRequired()
}

beforeEach(() => {
  asked = []
  isRecognised = false
  startPinia()
  vi.stubGlobal('fetch', answer)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('is found out, and does not ask for ever', async () => {
  await useShop().refreshOne('me')
  expect(useShop().requests.me).toBe('failed')
  expect(useSession().isKept).toBe(false)
  expect(asked.length).toBeLessThan(PATIENCE)
})

it('and does not try by itself either', async () => {
  vi.useFakeTimers()
  await useShop().refreshOne('me')
  const { length } = asked
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toHaveLength(length)
})

it('and then keeps them after all: the next question is answered', async () => {
  await useShop().refreshOne('me')
  isRecognised = true
  await useShop().refreshOne('me')
  expect(useShop().requests.me).toBe('idle')
  expect(useSession().isKept).toBe(true)
})
