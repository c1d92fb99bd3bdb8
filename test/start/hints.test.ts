/** What a refused start says is to be typed is what was typed, put right. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { forgetState, temporaryState } from '../../scripts/local/temporary-shop.ts'
import { tryToStart } from '../support/try-to-start.ts'

it('traces that are set wrong: how to start without them, which a deployed shop does by itself', async () => {
  const env = {
    PORT: '0',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://h',
    OTEL_EXPORTER_OTLP_HEADERS: 'x',
  }
  const { code, output } = await tryToStart(env)
  expect(code).toBe(1)
  expect(output).toContain('OTEL_EXPORTER_OTLP_HEADERS must be name=value')
  expect(output).toContain('or start without OTEL_EXPORTER_OTLP_ENDPOINT')
})

it.each([
  ['start.ts', 'npm start'],
  ['dev.ts', 'npm run dev'],
])('%s on a port that is taken: %s on another one', async (script, command) => {
  const stateDir = temporaryState('hints')
  const holder = createServer().listen(0, 'localhost')
  onTestFinished(() => {
    holder.close()
    forgetState(stateDir)
  })
  await once(holder, 'listening')
  const address = holder.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const env = { PORT: String(port), EDGE_SAGA_STATE: stateDir }
  const { code, output } = await tryToStart(env, script)
  expect(code).toBe(1)
  expect(output).toContain(`Port ${port} is taken`)
  expect(output).toContain(`PORT=${port + 10} ${command} (PORT=0 takes a free one)`)
})
