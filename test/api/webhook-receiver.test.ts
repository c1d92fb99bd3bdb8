/** The example of a receiver, as it is run by hand. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { newSecret } from '../../worker/webhooks/signature.ts'
import { useProgram } from './support/by-hand.ts'
import { useDatabases } from './support/databases.ts'
import { WebhookShop, receiverOf } from './support/webhook-shop.ts'

vi.spyOn(console, 'log').mockImplementation(() => {})

const databases = useDatabases()
const program = useProgram('webhook-receiver')

async function sendTest(shop: WebhookShop, id: string): Promise<void> {
  await shop.ask(`POST /api/ops/webhooks/${id}/test`)
  await shop.deliverSent()
}

describe('npm run webhook-receiver', () => {
  it('prints what it verified, and ends with 0 on Ctrl-C', async () => {
    const shop = new WebhookShop(databases())
    const { id, secret } = await shop.register(`http://localhost:${program.port()}/`)
    const { child, printed } = await program.start(
      '--secret',
      secret,
      '--port',
      String(program.port()),
    )
    await sendTest(shop, id)
    await printed(`✔ webhook.test test_`)
    expect(await shop.deliveries(id)).toMatchObject([{ status: 'delivered', lastStatus: 204 }])
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('--fail: answers 500 so many times, and takes the event when it comes again', async () => {
    const shop = new WebhookShop(databases())
    const { id, secret } = await shop.register(`http://localhost:${program.port()}/`)
    const { printed } = await program.start(
      '--secret',
      secret,
      '--port',
      String(program.port()),
      '--fail',
      '1',
    )
    await sendTest(shop, id)
    await printed('✘ answered 500: webhook.test')
    await shop.sweepAfter(120_000)
    await printed('✔ webhook.test')
    expect(await shop.deliveries(id)).toMatchObject([{ status: 'delivered', attempts: 2 }])
  })

  it('refuses what is signed with another secret', async () => {
    const shop = new WebhookShop(databases())
    const { id } = await shop.register(`http://localhost:${program.port()}/`)
    const { printed, output } = await program.start(
      '--secret',
      newSecret(),
      '--port',
      String(program.port()),
    )
    await sendTest(shop, id)
    await printed('✘ refused (401): No matching signature found')
    expect(output()).not.toContain('webhook.test')
  })

  it('refuses what is no event: another method, no signature, too much', async () => {
    const { url, receptions, stop } = await receiverOf(newSecret())
    const post = (body: string) => fetch(url, { method: 'POST', body })
    const statuses = [
      (await fetch(url)).status,
      (await post('{}')).status,
      (await post('x'.repeat(70_000))).status,
    ]
    await stop()
    expect(statuses).toEqual([405, 401, 413])
    expect(receptions).toHaveLength(3)
  })

  it.each([
    [[], '--secret must be what the shop showed'],
    [['--secret', 'mine'], '--secret must be what the shop showed'],
    [['--secret', newSecret(), '--port', '70000'], '--port must be at most 65535'],
    [['--secret', newSecret(), '--fail', 'often'], '--fail must be a whole number'],
  ])('%j: says what is wrong', async (args, complaint) => {
    const { code, output } = await program.run(...args)
    expect(output).toContain(complaint)
    expect(code).toBe(2)
  })

  it('says that its port is taken', async () => {
    const port = program.port()
    const other = createServer().listen(port, 'localhost')
    await once(other, 'listening')
    const { code, output } = await program.run('--secret', newSecret(), '--port', String(port))
    other.close()
    expect(output).toContain(`Port ${port} is taken: choose another with --port.`)
    expect(code).toBe(2)
  })

  it('--help explains it', async () => {
    const { code, output } = await program.run('--help')
    expect(output).toContain('--secret')
    expect(code).toBe(0)
  })
})
