/** A shell between npm and a script would take the signal for itself, and the script would run on. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { inProject, projectRoot } from '../../scripts/local/project.ts'

const packageSchema = z.object({ scripts: z.record(z.string(), z.string()) })
const { scripts } = packageSchema.parse(JSON.parse(readFileSync(inProject('package.json'), 'utf8')))

it('SIGTERM to npm ends what it runs', async () => {
  const npm = spawn('npm', ['run', 'trace-receiver', '--', '--port', '0'], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  onTestFinished(() => endGroup(npm.pid))
  const url = await new Promise<string>((resolve) => {
    let said = ''
    npm.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const [found] = /http:\/\/localhost:\d+/.exec(said) ?? []
      if (found !== undefined) resolve(found)
    })
  })
  expect((await fetch(url)).status).toBeGreaterThan(0)
  npm.kill('SIGTERM')
  await once(npm, 'exit')
  await expect(fetch(url)).rejects.toThrow('fetch failed')
})

it.each(Object.entries(scripts))('npm run %s leaves no shell in between', (name, command) => {
  expect(command).toBe(`exec node scripts/bootstrap.mjs ${name}`)
})

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended, as it should.
  }
}
