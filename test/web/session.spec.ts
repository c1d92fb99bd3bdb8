/** The session: opened once, and anew when it turns out to be over. */
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ApiProblem } from '../../web/src/api/client.ts'
import { useSession } from '../../web/src/stores/session.ts'
import { customerId } from './support/orders.ts'
import { SESSION_REQUIRED } from './support/session-required.ts'

let opened: number

beforeEach(() => {
  opened = 0
  setActivePinia(createPinia())
  vi.stubGlobal('fetch', async () => {
    opened += 1
    return Response.json({ customer: customerId() })
  })
})
afterEach(() => vi.unstubAllGlobals())

const over = () => new ApiProblem(SESSION_REQUIRED, SESSION_REQUIRED)

/** A question that is refused the first time, and then answered with how often it was asked. */
function refusedOnce() {
  let times = 0
  return () => {
    times += 1
    return times === 1 ? Promise.reject(over()) : Promise.resolve(times)
  }
}

it('that is over is opened again, and the question asked once more', async () => {
  expect(await useSession().within(refusedOnce())).toBe(2)
  expect(opened).toBe(2)
})

it('is opened once, however many find out at the same time', async () => {
  const { ensure, within } = useSession()
  await ensure()
  expect(
    await Promise.all([within(refusedOnce()), within(refusedOnce()), within(refusedOnce())]),
  ).toEqual([2, 2, 2])
  expect(opened).toBe(2)
})

it('is not opened for another problem, nor twice for one question', async () => {
  const { within } = useSession()
  await expect(within(() => Promise.reject(over()))).rejects.toThrow(ApiProblem)
  expect(opened).toBe(2)
  await expect(within(() => Promise.reject(new Error('no network')))).rejects.toThrow('no network')
  expect(opened).toBe(2)
})
