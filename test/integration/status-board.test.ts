/** The object that pages watch: real objects and sockets. */
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, expect, it, vi } from 'vitest'
import type { BreakerNews } from '../../durable-objects/breaker-rpc.ts'
import { NO_TRAFFIC } from '../../durable-objects/core/load.ts'
import { SOCKETS_PER_ADDRESS_MAX } from '../../durable-objects/status-board.ts'
import { type StatusMessage, statusMessageSchema } from '../../worker/api/status-contract.ts'
import { request } from './shop.ts'

const operator = { by: 'Ann', reason: 'a test' }
afterEach(() => vi.restoreAllMocks())

const boardOf = (name: string) => env.STATUS.getByName(name)

/** What a socket that is opened now is told first. */
async function toldBy(board: ReturnType<typeof boardOf>): Promise<StatusMessage['services']> {
  const { webSocket } = await board.fetch('https://board/', { headers: { Upgrade: 'websocket' } })
  if (!webSocket) throw new Error('no socket')
  const first = new Promise<string>((resolve) => {
    webSocket.addEventListener('message', ({ data }) => resolve(String(data)))
  })
  webSocket.accept()
  const { services } = statusMessageSchema.parse(JSON.parse(await first))
  webSocket.close()
  return services
}

it('a service that is held open stays so; one that is open by itself is tried when its time is over', async () => {
  const board = boardOf('held')
  const news = { state: 'open', openForMs: 5_000 } as const
  await board.tell({ ...news, domain: 'points', isHeld: true })
  await board.tell({ ...news, domain: 'coupons', isHeld: false })
  await evictDurableObject(board)
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000)
  const services = await toldBy(board)
  expect(services).toContainEqual({ service: 'points', state: 'open', retryAfterS: 0 })
  expect(services).toContainEqual({ service: 'coupons', state: 'half-open', retryAfterS: 0 })
})

it('hears nothing but pings: whoever says more is hung up on', async () => {
  const { webSocket } = await boardOf('told').fetch('https://board/', {
    headers: { Upgrade: 'websocket' },
  })
  if (!webSocket) throw new Error('no socket')
  const said: unknown[] = []
  webSocket.addEventListener('message', ({ data }) => said.push(data))
  const closed = new Promise<number>((resolve) => {
    webSocket.addEventListener('close', ({ code }) => resolve(code))
  })
  webSocket.accept()
  webSocket.send('ping')
  await expect.poll(() => said).toContain('pong')
  webSocket.send('more')
  expect(await closed).toBe(1003)
})

const openFrom = (address: string) =>
  request('/api/status/socket', {
    headers: { Upgrade: 'websocket', 'CF-Connecting-IP': address },
  })

it('so many sockets of one address, and none more; others still get theirs', async () => {
  const sockets: WebSocket[] = []
  for (let count = 0; count < SOCKETS_PER_ADDRESS_MAX; count += 1) {
    const { webSocket } = await openFrom(`2001:db8::${count.toString(16)}`)
    webSocket?.accept()
    if (webSocket) sockets.push(webSocket)
  }
  expect(sockets).toHaveLength(SOCKETS_PER_ADDRESS_MAX)
  expect((await openFrom('2001:db8::ffff')).status).toBe(429)
  expect((await openFrom('2001:db8:0:1::')).status).toBe(101)
  for (const socket of sockets) socket.close()
})

it('a page may close with any code: it is confirmed', async () => {
  const board = boardOf('closed by a page')
  const { webSocket } = await board.fetch('https://board/', { headers: { Upgrade: 'websocket' } })
  const closed = new Promise((resolve) => {
    webSocket?.addEventListener('close', ({ code }) => resolve(code))
  })
  webSocket?.accept()
  await runInDurableObject(board, async (object: DurableObject, ctx) => {
    // What must not be sent in a frame comes all the same.
    for (const socket of ctx.getWebSockets()) await object.webSocketClose?.(socket, 1015, '', true)
  })
  expect(await closed).toBe(1000)
})

it('is told when a breaker that is open by itself is held, and when it is let go', async () => {
  const breaker = env.BREAKERS.getByName('told')
  const told: BreakerNews[] = []
  await runInDurableObject(breaker, (instance) => {
    const board = { tell: async (news: BreakerNews) => void told.push(news) }
    Object.defineProperty(instance, 'env', {
      value: { ...env, STATUS: { getByName: () => board } },
    })
  })
  await breaker.exchange({ requests: 30, hasSucceeded: false, failedInARow: 30 }, NO_TRAFFIC)
  await breaker.change({ ...operator, force: 'open' })
  await breaker.change({ ...operator, force: 'auto' })
  expect(told).toMatchObject([
    { state: 'open', isHeld: false },
    { state: 'open', isHeld: true },
    { isHeld: false },
  ])
  await evictDurableObject(breaker)
})
