import { spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { deathOf } from '../../scripts/local/death.ts'
import { binaries } from '../../scripts/local/project.ts'
import { identityOf, writeRecord } from '../../scripts/local/server-record.ts'
import { forgetState, temporaryState } from '../../scripts/local/temporary-shop.ts'

/** A server that does nothing, on a state of its own. */
function serve(purpose: string) {
  const stateDir = temporaryState(purpose)
  const logPath = join(stateDir, 'server.log')
  const child = spawn(binaries.node, ['-e', 'setInterval(() => {}, 1_000)'], { stdio: 'ignore' })
  writeRecord(stateDir, { launcher: identityOf(process.pid), server: null, url: '' })
  writeFileSync(logPath, 'its last words\n')
  onTestFinished(() => {
    child.kill('SIGKILL')
    forgetState(stateDir)
  })
  return { child, stateDir, logPath }
}

it('a shop whose state folder is deleted under it ends, and says so', async () => {
  const { child, ...paths } = serve('deleted')
  const death = deathOf(child, { ...paths, isStopping: () => false })
  rmSync(paths.stateDir, { recursive: true })
  expect(await death).toMatch(/The state folder .*deleted.* was deleted while the shop ran/)
})

it('a server that ends on its own: the end of its log is told', async () => {
  const { child, ...paths } = serve('ended')
  const death = deathOf(child, { ...paths, isStopping: () => false })
  child.kill('SIGKILL')
  expect(await death).toMatch(/ended on its own.*\nits last words/)
})

it('a Worker that throws at its start: what it threw is said last, after what wrangler says of it', async () => {
  const { child, logPath, ...paths } = serve('threw')
  const said = 'service core:user:edge-saga: Uncaught Error: DefinitionError: a step is there twice'
  writeFileSync(logPath, `{"message":"${said}\\n"}\n\nplease create an issue\n`)
  const death = deathOf(child, { ...paths, logPath, isStopping: () => false })
  child.kill('SIGKILL')
  expect(await death).toMatch(
    /create an issue\n\nIt ended because of this: DefinitionError: a step is there twice$/,
  )
})
