import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type EffectScope, effectScope } from 'vue'
import type { StatusMessage } from '../../worker/api/status-contract.ts'
import { useServiceStatus } from '../../web/src/composables/use-service-status.ts'
import { ServedSocket } from './support/served-socket.ts'

const PAYMENTS_ARE_OUT: StatusMessage = {
  type: 'status',
  services: [
    { service: 'points', state: 'closed', retryAfterS: 0 },
    { service: 'payments', state: 'half-open', retryAfterS: 0 },
  ],
}
let scope: EffectScope

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', ServedSocket)
  scope = effectScope()
})
afterEach(() => {
  scope.stop()
  vi.unstubAllGlobals()
  vi.useRealTimers()
  ServedSocket.made.length = 0
})

async function connected() {
  const status = scope.run(useServiceStatus)
  await vi.waitFor(() => expect(ServedSocket.made).toHaveLength(1))
  const [server] = ServedSocket.made
  if (!status || !server) throw new Error('nothing connects')
  server.accept()
  return { outOfOrder: status.outOfOrder, server }
}

it('tells which services are out of order, also while they are being tried', async () => {
  const { outOfOrder, server } = await connected()
  server.tell(JSON.stringify(PAYMENTS_ARE_OUT))
  expect(outOfOrder.value).toEqual(['payments'])
  server.tell('pong')
  expect(outOfOrder.value).toEqual(['payments'])
})

it('connects anew once nobody answers on its connection any more', async () => {
  const { server } = await connected()
  await vi.advanceTimersByTimeAsync(25_000)
  expect(server.said).toEqual(['ping'])
  await vi.advanceTimersByTimeAsync(31_000)
  expect(server.readyState).toBe(ServedSocket.CLOSING)
  // When exactly is up to chance, and one that does not open in its time is followed by another.
  expect(ServedSocket.made.length).toBeGreaterThan(1)
})

it('pings no more once nobody looks', async () => {
  const { server } = await connected()
  scope.stop()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(server.said).toEqual([])
  expect(ServedSocket.made).toHaveLength(1)
})
