/** A stream that a network holds open and silent is no connection. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openEventStream } from '../../web/src/composables/order-channels/event-stream.ts'
import { orderId, serverOrder } from './support/orders.ts'

const id = orderId(3)
const order = serverOrder({ id, lines: [] })

class ServedEvents extends EventTarget {
  static readonly CLOSED = 2
  static readonly made: ServedEvents[] = []
  readyState = 1

  constructor() {
    super()
    ServedEvents.made.push(this)
  }

  close(): void {
    this.readyState = ServedEvents.CLOSED
  }

  tell(type: 'message' | 'heartbeat', data = ''): void {
    this.dispatchEvent(new MessageEvent(type, { data }))
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', ServedEvents)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
  ServedEvents.made.length = 0
})

function opening() {
  const said: string[] = []
  const stream = openEventStream({
    id,
    onOpen: () => said.at(-1) === 'open' || said.push('open'),
    onDown: () => said.push('down'),
    onMessage: ({ version }) => said.push(`version ${version}`),
  })
  return { said, stream }
}

function last(): ServedEvents {
  const made = ServedEvents.made.at(-1)
  if (!made) throw new Error('nothing was opened')
  return made
}

it.each(['message', 'heartbeat'] as const)('is open once a %s has come', (type) => {
  const { said } = opening()
  // What comes first are headers. A proxy may keep all that follows.
  last().dispatchEvent(new Event('open'))
  expect(said).toEqual([])
  last().tell(type, JSON.stringify({ type: 'snapshot', epoch: 1, version: 4, order }))
  expect(said).toEqual(type === 'message' ? ['open', 'version 4'] : ['open'])
})

it('stays while heartbeats come', async () => {
  const { said } = opening()
  for (let beat = 0; beat < 10; beat += 1) {
    last().tell('heartbeat')
    await vi.advanceTimersByTimeAsync(15_000)
  }
  expect(said).toEqual(['open'])
  expect(ServedEvents.made).toHaveLength(1)
})

it('is down without them, and opened anew', async () => {
  const { said } = opening()
  last().tell('heartbeat')
  await vi.advanceTimersByTimeAsync(40_000)
  expect(said).toEqual(['open', 'down'])
  expect(last().readyState).toBe(ServedEvents.CLOSED)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(ServedEvents.made).toHaveLength(2)
})

it('is opened anew also where nothing ever came', async () => {
  opening()
  await vi.advanceTimersByTimeAsync(50_000)
  expect(ServedEvents.made).toHaveLength(2)
})

it('is not opened again once it is closed', async () => {
  const { stream } = opening()
  last().tell('heartbeat')
  stream.close()
  await vi.advanceTimersByTimeAsync(120_000)
  expect(ServedEvents.made).toHaveLength(1)
})
