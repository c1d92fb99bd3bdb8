/** A deployment as wrangler makes it, to an account that keeps what it is given. */
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { firstMainWorker, publish } from '../../scripts/deploy/publish.ts'
import { buildWeb } from '../../scripts/local/build-web.ts'
import { binaries, projectRoot } from '../../scripts/local/project.ts'
import { SECRET_NAMES } from '../../scripts/local/secrets.ts'
import { type Database, databasesOf, readWorkers } from '../../scripts/local/workers.ts'
import type { Steps } from '../../scripts/terminal/steps.ts'
import { DOMAINS } from '../../worker/domains/reads.ts'
import { serveAccount } from './support/serve-account.ts'

const MAIN = 'edge-saga'
const PAGE = 'edge-saga-web'
const MIGRATED = ['edge-saga-log', 'edge-saga-catalog', 'edge-saga-inventory']
const WITHOUT_EXAMPLES = { withExamples: false }
const domainWorkers = DOMAINS.map((domain) => `${MAIN}-${domain}`).toSorted()

let served: Awaited<ReturnType<typeof serveAccount>>
let databases: Database[]
let done: string[]
const steps: Steps = {
  run: async (work) => void done.push(await work()),
  note: (line) => void done.push(line),
}

beforeAll(async () => {
  await buildWeb()
  // Not all of them: each is some three seconds of wrangler's.
  databases = databasesOf(await readWorkers()).filter(({ name }) => MIGRATED.includes(name))
})
beforeEach(async () => {
  done = []
  served = await serveAccount()
  for (const [name, value] of Object.entries(served.env)) vi.stubEnv(name, value)
})
afterEach(() => {
  served.close()
  vi.unstubAllEnvs()
})

/** As the README says it. */
async function putSecret(name: string): Promise<void> {
  const child = spawn(binaries.node, [binaries.wrangler, 'secret', 'put', name], {
    cwd: projectRoot,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end('a secret')
  expect(await text(child.stdout)).toContain(`Uploaded secret ${name}`)
}

function countIn(name: string, table: string): unknown {
  const id = databases.find((database) => database.name === name)?.id ?? ''
  return served.account.databases
    .get(id)
    ?.prepare(`select count(*) as count from ${table}`)
    .get()?.['count']
}

it('to an empty account: the Workers, then the secrets that it asks for, then the page', async () => {
  const { account } = served
  await expect(publish(databases, { withExamples: true }, steps)).rejects.toThrow(
    /OPERATOR_TOKEN and SESSION_SECRET must be set/,
  )
  const [first, ...others] = account.published
  expect(first).toBe(MAIN)
  expect(others.slice(0, -1).toSorted()).toEqual(domainWorkers)
  expect(others.at(-1)).toBe(MAIN)
  const services = account.script(MAIN).bindings.filter(({ type }) => type === 'service')
  expect(services).toHaveLength(DOMAINS.length)
  expect(countIn('edge-saga-log', 'saga_event')).toBe(0)
  expect(countIn('edge-saga-catalog', 'product')).toBe(16)
  expect(countIn('edge-saga-inventory', 'stock')).toBe(16)

  for (const name of SECRET_NAMES) account.script(MAIN).secrets.add(name)
  account.published.length = 0
  await publish([], WITHOUT_EXAMPLES, steps)
  expect(done).toContain('edge-saga is deployed already')
  expect(account.published.toSorted()).toEqual([MAIN, ...domainWorkers, PAGE].toSorted())
  expect(account.published.slice(-2)).toEqual([MAIN, PAGE])
})

it('with secrets that were put first, into a Worker that is empty: for the first time all the same', async () => {
  for (const name of SECRET_NAMES) await putSecret(name)
  served.account.published.length = 0
  expect(await firstMainWorker()).toContain('for the first time')
  expect(served.account.script(MAIN).classes).toContain('OrderSaga')
  expect(served.account.published).toEqual([MAIN])
  expect([...served.account.script(MAIN).secrets].toSorted()).toEqual([...SECRET_NAMES].toSorted())
})

it('nothing is uploaded while the account does not say what is deployed', async () => {
  served.account.isIll = true
  await expect(publish([], WITHOUT_EXAMPLES, steps)).rejects.toThrow(
    'An unknown error has occurred',
  )
  expect(served.account.published).toEqual([])
})
