/** What a developer meets on the first day: starting, stopping, and what stands in the way. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { request } from '../../scripts/client/http.ts'
import { operatorOf } from '../../scripts/client/operator.ts'
import { membersOfGroup } from '../../scripts/local/processes.ts'
import { isFree } from '../../scripts/local/ports.ts'
import { prepareDatabases } from '../../scripts/local/prepare-databases.ts'
import { binaries, inProject } from '../../scripts/local/project.ts'
import { readRecord } from '../../scripts/local/server-record.ts'
import { type LocalShop, startLocal } from '../../scripts/local/start-local.ts'
import { forgetState, temporaryState } from '../../scripts/local/temporary-shop.ts'
import { databasesOf, readWorkers } from '../../scripts/local/workers.ts'
import { runCommand } from '../../scripts/terminal/command.ts'
import { tryToStart } from '../support/try-to-start.ts'

const stateDir = temporaryState('start')
const shops: LocalShop[] = []
afterAll(async () => {
  await Promise.all(shops.map((shop) => shop.kill()))
  forgetState(stateDir)
})

async function start(env: Record<string, string> = {}): Promise<LocalShop> {
  const shop = await startLocal({ stateDir, env: { OPERATOR_TOKEN, ...env } })
  shops.push(shop)
  return shop
}

const OPERATOR_TOKEN = 'chosen-by-the-environment'

/** What npm makes of options that come before a `--`. */
const KEPT = { npm_config_runs: '20', npm_config_single_faults: 'true' }

const portOf = ({ url }: LocalShop): number => Number(new URL(url).port)

/** As Ctrl-C in a terminal reaches it. */
async function startAndInterrupt(): Promise<number | null> {
  const child: ChildProcess = spawn(binaries.node, [inProject('scripts', 'start.ts')], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, PORT: '0', EDGE_SAGA_STATE: stateDir },
  })
  await once(child, 'message')
  const server = readRecord(stateDir)?.server ?? null
  expect(server && membersOfGroup(server.pid).length).toBeGreaterThan(0)
  child.kill('SIGINT')
  await once(child, 'exit')
  expect(server && membersOfGroup(server.pid)).toEqual([])
  return child.exitCode
}

describe('npm start', () => {
  it('Ctrl-C: exits with 0 and leaves no process and no record', async () => {
    expect(await startAndInterrupt()).toBe(0)
    expect(readRecord(stateDir)).toBeNull()
  })

  it('migrates as wrangler would: nothing is left to apply', async () => {
    // Each takes wrangler 3 s: two of the main Worker and one of a domain stand for all.
    const some = databasesOf(await readWorkers()).slice(0, 3)
    const lists = some.map(({ name, configPath }) => {
      const list = ['d1', 'migrations', 'list', name, '-c', configPath]
      const state = ['--local', '--persist-to', stateDir]
      return runCommand(binaries.node, [binaries.wrangler, ...list, ...state])
    })
    for (const { output } of await Promise.all(lists)) {
      expect(output).toContain('No migrations to apply')
    }
  })

  it('a database file that was lost is made again, and the next start finds nothing to do', async () => {
    const folder = join(stateDir, 'v3', 'd1', 'miniflare-D1DatabaseObject')
    const databases = () => readdirSync(folder).filter((name) => /^[0-9a-f]+\.sqlite$/.test(name))
    const before = databases()
    expect(before).toHaveLength(8)
    expect(await prepareDatabases(stateDir)).toBe('databases unchanged')
    rmSync(join(folder, before[0] ?? ''))
    expect(await prepareDatabases(stateDir)).toContain('migrated')
    expect(databases()).toEqual(before)
    expect(await prepareDatabases(stateDir)).toBe('databases unchanged')
  })

  describe('that runs', () => {
    let shop: LocalShop
    beforeAll(async () => {
      shop = await start({ EDGE_SAGA_ADDRESS_LIMIT: '3' })
    })

    it('EDGE_SAGA_ADDRESS_LIMIT: so much may one address ask in a minute', async () => {
      const statuses: number[] = []
      // In seven, also where a new minute begins meanwhile, one is the fourth of its minute.
      for (let count = 1; count <= 7 && !statuses.includes(429); count += 1) {
        statuses.push((await request(`${shop.url}/api/session`, { method: 'POST' })).status)
      }
      expect(statuses.slice(0, 3)).toEqual([200, 200, 200])
      expect(statuses).toContain(429)
      expect((await request(`${shop.url}/api/catalog`)).status, 'it may read on').toBe(200)
    })

    it('lets nobody at its databases who has no token: wrangler has a page for that', async () => {
      for (const path of ['explorer', 'local/explorer']) {
        const { body } = await request(`${shop.url}/cdn-cgi/${path}/api/d1/database`)
        expect(body, path).not.toMatchObject({ success: true })
      }
    })

    it('again on the same state: refused, with the address of the one that runs', async () => {
      const { code, output } = await tryToStart({ PORT: '0', EDGE_SAGA_STATE: stateDir })
      expect(code).toBe(1)
      expect(output).toContain(`already runs`)
      expect(output).toContain(shop.url)
    })

    it('launcher killed: the next start ends what it left behind', async () => {
      const record = readRecord(stateDir)
      process.kill(record?.launcher.pid ?? Number.NaN, 'SIGKILL')
      const group = record?.server?.pid ?? Number.NaN
      expect(membersOfGroup(group).length).toBeGreaterThan(0)
      const again = await start()
      expect(membersOfGroup(group)).toEqual([])
      expect((await request(`${again.url}/api/catalog`)).status).toBe(200)
      expect(again.operatorToken).toBe(OPERATOR_TOKEN)
      await operatorOf(again.url, OPERATOR_TOKEN).sweep()
      expect(portOf(again)).not.toBe(portOf(shop))
      await again.stop()
      expect(await isFree(portOf(again), 'localhost')).toBe(true)
    })
  })

  it('a host that is not this machine: said so, and no port is called taken', async () => {
    const env = { HOST: '192.0.2.1', PORT: '8787', EDGE_SAGA_STATE: stateDir }
    const { code, output } = await tryToStart(env)
    expect(code).toBe(1)
    expect(output).toContain('Nothing can listen on 192.0.2.1, port 8787: this machine has no such')
    expect(output).not.toContain('taken')
  })

  it('a state folder that is none: said so, and what to do', async () => {
    const notAFolder = inProject('package.json')
    const { code, output } = await tryToStart({ PORT: '0', EDGE_SAGA_STATE: notAFolder })
    expect(code).toBe(1)
    expect(output).toContain('The state folder package.json cannot be made')
    expect(output).toContain('EDGE_SAGA_STATE=')
  })

  it.each([
    ['PORT', 'eighty'],
    ['EDGE_SAGA_DEADLINE_MS', '3s'],
    ['EDGE_SAGA_ADDRESS_LIMIT', '0'],
    ['OPERATOR_TOKEN', 'two words'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
  ])('%s=%s: refused by name', async (name, value) => {
    const { code, output } = await tryToStart({ EDGE_SAGA_STATE: stateDir, [name]: value })
    expect(code).toBe(1)
    expect(output).toContain(name)
  })

  it.each(['start', 'dev', 'test', 'check', 'demo', 'deploy', 'chaos', 'screens', 'vitals'])(
    '%s --help: explains itself and does nothing',
    async (name) => {
      const { code, output } = await runCommand(binaries.node, [
        inProject('scripts', 'bootstrap.mjs'),
        name,
        '--help',
      ])
      expect(code).toBe(0)
      expect(output).toContain(`npm ${['start', 'test'].includes(name) ? name : `run ${name}`}`)
    },
  )

  it.each(['start', 'dev', 'check', 'demo', 'chaos', 'bench', 'mutants', 'screens', 'vitals'])(
    '%s with a word too many: refused before anything is begun',
    async (name) => {
      const script = inProject('scripts', `${name}.ts`)
      const { code, output } = await runCommand(binaries.node, [script, 'extra'])
      expect(code).toBe(2)
      expect(output).toContain('"extra"')
    },
  )

  it.each([
    ['start', '--port', '"--port" is no option of npm start'],
    ['demo', '--orders=1 --seeds', '"--seeds" is no option of npm run demo'],
    ['demo', '--orders', "Option '--orders <value>' argument missing"],
    ['demo', '--orders -3', "Option '--orders' argument is ambiguous"],
    ['simulate', '--policies --runs 4', '--runs does not go with --policies'],
    ['simulate', '--single-faults --trace', '--trace does not go with --single-faults'],
    ['simulate', '--runs 1 --hard', '--hard goes with --policies only'],
  ])(
    '%s %s: refused before anything is begun, in words that fit a screen',
    async (name, given, said) => {
      const script = inProject('scripts', `${name}.ts`)
      const { code, output } = await runCommand(binaries.node, [script, ...given.split(' ')])
      expect(code).toBe(2)
      expect(output).toContain(said)
      expect(output).toMatch(/npm .* -- --help/)
      expect(output.trim().split('\n').length).toBeLessThan(4)
    },
  )

  it.each([
    ['--runs 20', ['20'], { npm_config_runs: 'true' }, '-- --runs …'],
    ['--runs=20 --single-faults', [], KEPT, '-- --runs 20 --single-faults'],
  ])('simulate %s without a --: told where that belongs', async (_, args, env, right) => {
    const script = inProject('scripts', 'simulate.ts')
    const { code, output } = await runCommand(binaries.node, [script, ...args], { env })
    expect(code).toBe(2)
    expect(output).toContain(`npm run simulate ${right}`)
  })

  it('what npm is set to, and what was given twice, is no reason to refuse', async () => {
    const script = inProject('scripts', 'simulate.ts')
    const env = { npm_config_jobs: '8', npm_config_runs: '1', npm_config_json: 'false' }
    const { code, output } = await runCommand(binaries.node, [script, '--runs', '1'], { env })
    expect(output).toMatch(/seeds +1 to 1\b/)
    expect(code).toBe(0)
  })

  it.each([
    ['simulate', '--json'],
    ['chaos', '--json'],
    ['bench', '--svg'],
    ['vitals', '--json'],
    ['mutants', '--markdown'],
  ])(
    '%s %s where nothing can be written: refused before the run, not after it',
    async (name, flag) => {
      const script = inProject('scripts', `${name}.ts`)
      const { code, output } = await runCommand(binaries.node, [
        script,
        flag,
        '/nonexistent/x.json',
      ])
      expect(code).toBe(2)
      expect(output).toContain(`${flag}: nothing can be written to /nonexistent/x.json`)
    },
  )

  it.each(['demo', 'screens', 'vitals'])(
    '%s of a shop that does not run: told at which address',
    async (name) => {
      const script = inProject('scripts', `${name}.ts`)
      const url = 'http://localhost:1'
      const { code, output } = await runCommand(binaries.node, [script, '--url', url])
      expect(code).toBe(1)
      expect(output).toContain(`No shop answers at ${url}`)
    },
  )

  it('screens of a page that there is not: refused, with those that there are', async () => {
    const script = inProject('scripts', 'screens.ts')
    const { code, output } = await runCommand(binaries.node, [script, '--only', 'nowhere'])
    expect(code).toBe(2)
    expect(output).toContain('"nowhere"')
    expect(output).toContain('order-failed')
  })
})
