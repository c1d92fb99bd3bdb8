import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { binaries, inProject } from '../../scripts/local/project.ts'
import { databasesOf, readWorkers } from '../../scripts/local/workers.ts'
import { assertDistinctIds, assertRealIds } from '../../scripts/deploy/preflight.ts'
import { runCommand } from '../../scripts/terminal/command.ts'
import { DOMAINS } from '../../worker/domains/reads.ts'

const deploy = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  runCommand(binaries.node, [inProject('scripts', 'deploy.ts'), ...args], { env })

it('dry run: builds every Worker and the page, without fault injection, deploys nothing', async () => {
  const { code, output } = await deploy(['--dry-run'])
  expect(output).toContain('Nothing was deployed')
  expect(code).toBe(0)
  for (const { name } of await readWorkers()) expect(output).toContain(`${name} built`)
  expect(output).toContain('Pages functions built')
})

it.each([
  ['npm run deploy --dry-run', [], { npm_config_dry_run: 'true' }],
  ['npm run deploy -- dry-run', ['dry-run'], {}],
])('%s: not taken for a deployment, but told how a dry run is written', async (_, args, env) => {
  const { code, output } = await deploy(args, env)
  expect(code).toBe(2)
  expect(output).toContain('npm run deploy -- --dry-run')
})

it('local database ids: refused before anything is built, with the commands to run', async () => {
  const { code, output } = await deploy([])
  expect(code).toBe(1)
  expect(output).toContain('npx wrangler d1 create edge-saga-inventory')
  expect(output).toContain('npx wrangler queues create edge-saga-dead-letters')
  expect(output).not.toContain('built')
})

it('one database id in two configurations is refused by name', async () => {
  const databases = databasesOf(await readWorkers())
  expect(databases).toHaveLength(DOMAINS.length + 3)
  expect(() => assertDistinctIds(databases)).not.toThrow()
  const shared = databases.map((database) => ({ ...database, id: databases[0]?.id ?? '' }))
  expect(() => assertDistinctIds(shared)).toThrow('have the same database_id')
})

it('real database ids are let through', async () => {
  const databases = databasesOf(await readWorkers()).map((database) => ({
    ...database,
    id: crypto.randomUUID(),
  }))
  expect(() => assertRealIds(databases, [])).not.toThrow()
})

it('no Worker has an address of its own, past whatever guards that of the shop', async () => {
  for (const { name, path } of await readWorkers()) {
    const config = readFileSync(path, 'utf8')
    expect(config, name).toMatch(/^workers_dev = false$/m)
    expect(config, name).toMatch(/^preview_urls = false$/m)
  }
})
