/** An order by server-sent events: what the socket says, over plain HTTP. */
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, expect, it } from 'vitest'
import { type ServerMessage, serverMessageSchema } from '../../worker/api/contract.ts'
import { NO_FAULTS } from '../../worker/domains/reads.ts'
import { Customer, fullOrder, goodOrder, holdOrdersPending, letGo, objectOf } from './shop.ts'

afterEach(letGo)

type Told = { id: string; message: ServerMessage }

function eventOf(text: string): Told {
  const fieldOf = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1] ?? ''
  return {
    id: fieldOf('id'),
    message: serverMessageSchema.parse(JSON.parse(fieldOf('data'))),
  }
}

class Listener {
  readonly response
  heartbeats = 0
  readonly #reader
  #text = ''

  private constructor(response: Response) {
    if (!response.body) throw new Error('no body')
    this.response = response
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  }

  static async on(customer: Customer, id: string, known?: string): Promise<Listener> {
    const headers: Record<string, string> = known === undefined ? {} : { 'Last-Event-ID': known }
    return new Listener(await customer.request(`/api/orders/${id}/stream`, { headers }))
  }

  /** Null at the end. */
  async next(): Promise<Told | null> {
    const end = this.#text.indexOf('\n\n')
    if (end >= 0) {
      const event = this.#text.slice(0, end)
      this.#text = this.#text.slice(end + 2)
      if (event.startsWith('event: heartbeat\n')) {
        this.heartbeats += 1
        return this.next()
      }
      return eventOf(event)
    }
    const { done, value } = await this.#reader.read()
    if (done) return null
    this.#text += value
    return this.next()
  }

  async all(): Promise<Told[]> {
    const event = await this.next()
    return event ? [event, ...(await this.all())] : []
  }

  leave = (): Promise<void> => this.#reader.cancel()
}

const socketsOf = (id: string): Promise<number> =>
  runInDurableObject(objectOf(id), (_, state) => state.getWebSockets().length)

it('tells every transition once and in order, and ends when the order is settled', async () => {
  await env.INVENTORY.setFaults({ ...NO_FAULTS, latencyMs: 100 })
  const customer = await Customer.arrive()
  const { id } = await customer.order({ ...fullOrder, payment: { token: 'tok_declined' } })
  const listener = await Listener.on(customer, id)
  expect(listener.response.headers.get('Content-Type')).toMatch(/^text\/event-stream/)
  expect(listener.response.headers.get('Cache-Control')).toMatch(/no-(?:cache|store)/)
  const told = await listener.all()
  const versions = told.map(({ message }) => message.version)
  const first = versions[0] ?? 0
  expect(versions).toEqual(versions.map((_, index) => first + index))
  expect(told.map((event) => event.id)).toEqual(versions.map(String))
  expect(told.at(-1)?.message.order).toEqual(await customer.read(id))
})

it('who comes back is told what is new to them, and once settled need not come again', async () => {
  await holdOrdersPending()
  const customer = await Customer.arrive()
  const { id } = await customer.order(goodOrder)
  const before = await Listener.on(customer, id)
  const known = (await before.next())?.id ?? ''
  await before.leave()
  const after = await Listener.on(customer, id, known)
  const next = after.next()
  await letGo()
  expect((await next)?.id).not.toBe(known)
  // What is known is not told again: only this shows that the stream comes through.
  expect(after.heartbeats).toBeGreaterThan(0)
  const last = (await after.all()).at(-1)
  expect(last?.message.order.settled).toBe(true)
  const headers = { 'Last-Event-ID': last?.id ?? '' }
  const again = await customer.request(`/api/orders/${id}/stream`, { headers })
  expect(again.status).toBe(204)
  const late = await Listener.on(customer, id, known)
  expect((await late.all()).map((event) => event.id)).toEqual([last?.id])
})

it('who goes away leaves nothing behind', async () => {
  await holdOrdersPending()
  const customer = await Customer.arrive()
  const { id } = await customer.order(goodOrder)
  const listener = await Listener.on(customer, id)
  await listener.next()
  expect(await socketsOf(id)).toBe(1)
  await listener.leave()
  await expect.poll(() => socketsOf(id), { timeout: 5_000 }).toBe(0)
  await letGo()
  await customer.settled(id)
})

it('is for the owner only', async () => {
  const { id } = await (await Customer.arrive()).order(goodOrder)
  const stranger = await Customer.arrive()
  const response = await stranger.request(`/api/orders/${id}/stream`)
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ code: 'order-not-found' })
})
