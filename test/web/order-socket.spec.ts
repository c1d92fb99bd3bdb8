import { afterEach, expect, it, vi } from 'vitest'
import { openOrderSocket } from '../../web/src/composables/order-channels/socket.ts'
import { ServedSocket } from './support/served-socket.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
  ServedSocket.made.length = 0
})

function opening() {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', ServedSocket)
  const url = vi.fn<() => Promise<string>>()
  url.mockResolvedValue('ws://shop.example/api/orders/ord_1/socket?ticket=t')
  const onDown = vi.fn<() => void>()
  openOrderSocket({ url, onOpen: vi.fn<() => void>(), onDown, onMessage: vi.fn<() => void>() })
  return { url, onDown }
}

async function opened() {
  const mocks = opening()
  await vi.waitFor(() => expect(ServedSocket.made).toHaveLength(1))
  ServedSocket.made[0]?.accept()
  return mocks
}

/** Before 20 s are over. */
async function comesBack(): Promise<boolean> {
  const before = ServedSocket.made.length
  await vi.advanceTimersByTimeAsync(20_000)
  return ServedSocket.made.length > before
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

it('a connection that fails has failed once', async () => {
  const { onDown } = await opened()
  ServedSocket.made[0]?.break()
  expect(onDown).toHaveBeenCalledOnce()
})

it('one that gets no ticket to begin with is down, and tried again', async () => {
  const { url, onDown } = opening()
  url.mockRejectedValueOnce(new Error('no ticket'))
  await vi.advanceTimersByTimeAsync(20_000)
  expect(onDown).toHaveBeenCalled()
  expect(ServedSocket.made.length).toBeGreaterThan(0)
})

it('never stops coming back, however often it is not let in, hears nothing, or gets no ticket (C1)', async () => {
  const { url } = await opened()
  ServedSocket.made.at(-1)?.break()
  expect(await comesBack()).toBe(true)
  ServedSocket.made.at(-1)?.break()
  expect(await comesBack()).toBe(true)
  url.mockRejectedValueOnce(new Error('no ticket'))
  ServedSocket.made.at(-1)?.break()
  expect(await comesBack()).toBe(true)
  // This one does not open.
  expect(await comesBack()).toBe(true)
})

it('is down, and tried again, once nobody answers on it any more', async () => {
  const { onDown } = await opened()
  const [first] = ServedSocket.made
  await vi.advanceTimersByTimeAsync(30_000)
  first?.tell('pong')
  await vi.advanceTimersByTimeAsync(25_000)
  expect(first?.said).toEqual(['ping', 'ping'])
  expect(onDown).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(21_000)
  expect(onDown).toHaveBeenCalledOnce()
  expect(first?.readyState).toBe(ServedSocket.CLOSING)
  expect(ServedSocket.made).toHaveLength(2)
})
