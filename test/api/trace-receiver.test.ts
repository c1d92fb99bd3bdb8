/** The receiver of traces, as it is run by hand. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { readEnvironment } from '../../scripts/local/environment.ts'
import { useProgram } from './support/by-hand.ts'
import { useDatabases } from './support/databases.ts'
import { orderIdOfNumber } from './support/doubles.ts'
import { TracedShop, reportOf } from './support/traced-shop.ts'

vi.spyOn(console, 'warn').mockImplementation(() => {})

const databases = useDatabases()
const program = useProgram('trace-receiver')

async function start(...args: string[]) {
  const port = String(program.port())
  const started = await program.start('--port', port, ...args)
  return { ...started, url: `http://localhost:${port}` }
}

const shopFor = (url: string) => new TracedShop(databases(), url)

describe('npm run trace-receiver', () => {
  it('prints a trace as a tree with durations, and ends with 0 on Ctrl-C', async () => {
    const { child, printed, output, url } = await start()
    const shop = shopFor(url)
    await shop.log(reportOf(orderIdOfNumber(0xace1), 'compensated'))
    expect(await shop.export()).toMatchObject({ acked: ['0'] })
    await printed('compensate redeem-coupon')
    const line = (name: string) =>
      output()
        .split('\n')
        .find((text) => text.trimStart().startsWith(`${name} `)) ?? ''
    expect(output()).toContain('trace 0af7651916cd43dd8448eb211c80319c, 10 spans')
    expect(line('order-create')).toMatch(
      /^ {2}order-create .* 3050 ms {2}compensated {2}✘ card-dec/,
    )
    expect(line('charge-card')).toMatch(/^ {4}charge-card .* 90 ms {2}rejected {2}✘ card-declined$/)
    expect(line('compensate redeem-coupon')).toMatch(
      /^ {4}c.* 2900 ms {2}compensated {2}2 attempts$/,
    )
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('--fail: answers 503 so many times, and takes the trace when it comes again', async () => {
    const { printed, url } = await start('--fail', '1')
    const shop = shopFor(url)
    await shop.log(reportOf(orderIdOfNumber(0xace2)))
    const message = [...shop.queue.sent]
    expect(await shop.deliver(message)).toMatchObject({ acked: [], retriedAfterS: { 0: 5 } })
    await printed('✘ answered 503: 10 spans refused on purpose')
    expect(await shop.deliver(message)).toMatchObject({ acked: ['0'] })
    await printed('10 spans')
    await shop.deliver(message)
    await printed('10 spans (10 came again)')
  })

  it('puts a trace that comes in parts together', async () => {
    const { printed, output, url } = await start()
    const shop = shopFor(url)
    const id = orderIdOfNumber(0xace3)
    await shop.log(reportOf(id, 'completed', { to: 4 }))
    await shop.export()
    await printed('\n  reserve-stock')
    await shop.log(reportOf(id, 'completed', { from: 5 }))
    await shop.export()
    await printed('\n    reserve-stock')
    expect(output()).toContain('10 spans\n')
  })

  it('refuses what is no trace: another path, form, or body', async () => {
    const { url, printed } = await start()
    const json = { 'Content-Type': 'application/json' }
    const post = (headers: Record<string, string>, body: string, path = '/v1/traces') =>
      fetch(`${url}${path}`, { method: 'POST', headers, body })
    const statuses = [
      (await fetch(url)).status,
      (await post(json, '{}', '/v1/logs')).status,
      (await post({ 'Content-Type': 'application/x-protobuf' }, '')).status,
      (await post({ ...json, 'Content-Encoding': 'gzip' }, '{}')).status,
      (await post(json, 'nonsense')).status,
      (await post(json, '{ "resourceSpans": [{ "scopeSpans": [{ "spans": [{}] }] }] }')).status,
      (await post(json, '{}')).status,
    ]
    expect(statuses).toEqual([404, 404, 415, 415, 400, 400, 200])
    await printed('✘ answered 404: POST /v1/logs')
  })

  it.each([
    [['--port', '70000'], '--port must be at most 65535'],
    [['--fail', 'often'], '--fail must be a whole number'],
  ])('%j: says what is wrong', async (args, complaint) => {
    const { code, output } = await program.run(...args)
    expect(output).toContain(complaint)
    expect(code).toBe(2)
  })

  it('says that its port is taken', async () => {
    const port = program.port()
    const other = createServer().listen(port, 'localhost')
    await once(other, 'listening')
    const { code, output } = await program.run('--port', String(port))
    other.close()
    expect(output).toContain(`Port ${port} is taken: choose another with --port.`)
    expect(code).toBe(2)
  })

  it('--help explains it', async () => {
    const { code, output } = await program.run('--help')
    expect(output).toContain('--fail')
    expect(code).toBe(0)
  })
})

describe('npm start', () => {
  it("passes OpenTelemetry's settings on, if there is an endpoint among them", () => {
    const headers = { OTEL_EXPORTER_OTLP_HEADERS: 'x-team=sagas' }
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' }
    expect(readEnvironment({}).vars).toEqual({})
    expect(readEnvironment(headers).vars).toEqual({})
    expect(readEnvironment({ ...endpoint, ...headers, OTHER: 'one' }).vars).toEqual({
      ...endpoint,
      ...headers,
    })
  })

  it('refuses those that cannot be used, by name', () => {
    expect(() => readEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' })).toThrow(
      'OTEL_EXPORTER_OTLP_ENDPOINT must be a URL',
    )
  })
})
