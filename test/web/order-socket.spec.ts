import { afterEach, expect, it, vi } from 'vitest'
import { openOrderSocket } from '../../web/src/composables/order-channels/socket.ts'

/** A connection whose server does what the test says. */
class ServedSocket extends EventTarget {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSING = 2
  static readonly CLOSED = 3
  static readonly made: ServedSocket[] = []
  readyState = ServedSocket.CONNECTING

  constructor() {
    super()
    ServedSocket.made.push(this)
  }

  accept(): void {
    this.readyState = ServedSocket.OPEN
    this.dispatchEvent(new Event('open'))
  }

  end(code: number): void {
    this.readyState = ServedSocket.CLOSED
    this.dispatchEvent(Object.assign(new Event('close'), { code, reason: '', wasClean: true }))
  }

  send(): void {}
  close(): void {}
}

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
  ServedSocket.made.length = 0
})

const url = async () => 'ws://shop.example/api/orders/ord_1/socket?ticket=t'

async function opened() {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', ServedSocket)
  const onDown = vi.fn<() => void>()
  openOrderSocket({ url, onOpen: vi.fn<() => void>(), onDown, onMessage: vi.fn<() => void>() })
  await vi.waitFor(() => expect(ServedSocket.made).toHaveLength(1))
  ServedSocket.made[0]?.accept()
  return { onDown }
}

it('a socket that the server closes for good is down, whether or not its last message came', async () => {
  const { onDown } = await opened()
  ServedSocket.made[0]?.end(1000)
  expect(onDown).toHaveBeenCalledOnce()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(ServedSocket.made).toHaveLength(1)
})

it('a socket that breaks is down, and comes back', async () => {
  const { onDown } = await opened()
  ServedSocket.made[0]?.end(1006)
  expect(onDown).toHaveBeenCalledOnce()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(ServedSocket.made.length).toBeGreaterThan(1)
})
