/** Shops with somebody who listens, for the tests of one file. */
import { afterEach, beforeEach } from 'vitest'
import { freePort } from '../../../scripts/local/ports.ts'
import { useDatabases } from './databases.ts'
import { orderIdOfNumber } from './doubles.ts'
import { type Told, WebhookShop, receiverOf, serverAnswering } from './webhook-shop.ts'
import { createSaga, orderMessage } from './webhooks.ts'

export const orderId = orderIdOfNumber(7)
export const MINUTE_MS = 60_000

/** A confirmed order whose saga began just now. */
export const confirmed = (number = 7) => {
  const id = orderIdOfNumber(number)
  return orderMessage(id, { sagas: [{ ...createSaga(id), startedAtMs: Date.now() }] })
}

type Wanted = { failures?: number; events?: string[] }

export function useReceivers() {
  const databases = useDatabases()
  const stops: (() => Promise<void>)[] = []
  beforeEach(async () => {
    await databases().sagaLog.exec('delete from webhook_endpoint')
    await databases().sagaLog.exec('delete from webhook_delivery')
  })
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()))
  })

  return {
    databases,

    /** With the example's receiver. */
    shopWithReceiver: async ({ failures = 0, events }: Wanted = {}) => {
      const port = await freePort('localhost')
      const shop = new WebhookShop(databases())
      const { id, secret } = await shop.register(`http://localhost:${port}/`, events)
      const { receptions, stop } = await receiverOf(secret, { port, failures })
      stops.push(stop)
      return { shop, id, receptions }
    },

    shopWithServer: async (statusOf: (path: string, times: number) => Told | Promise<Told>) => {
      const { url, asked, stop } = await serverAnswering(statusOf)
      stops.push(stop)
      const shop = new WebhookShop(databases())
      const { id } = await shop.register(url)
      return { shop, id, asked }
    },
  }
}
