/** Builds the web app, unless nothing that goes into it has changed. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fingerprint, storeFingerprint, storedFingerprint } from './fingerprint.ts'
import { binaries, inProject } from './project.ts'

const OUTPUT_LINES_MAX = 40
// Beside the output, not in it: everything in dist is served.
const markPath = inProject('.wrangler', 'web-build.sha256')

const inputs = (): string[] => [
  inProject('web'),
  // More than the page takes of it, but never less: a list of files was out of date once.
  inProject('worker', 'api'),
  inProject('durable-objects', 'core'),
  inProject('durable-objects', 'order'),
  inProject('package-lock.json'),
]

function viteBuild(): Promise<void> {
  const child = spawn(binaries.node, [binaries.vite, 'build', inProject('web')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' },
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => {
      if (code === 0) return resolve()
      const tail = output.trimEnd().split('\n').slice(-OUTPUT_LINES_MAX).join('\n')
      reject(new Error(`vite build failed:\n${tail}`))
    })
  })
}

/** Returns what was done, in a few words. */
export async function buildWeb(options: { force?: boolean } = {}): Promise<string> {
  const wanted = fingerprint(inputs())
  const isCurrent = existsSync(inProject('web', 'dist', 'index.html'))
  if (!options.force && isCurrent && storedFingerprint(markPath) === wanted) return 'web unchanged'
  await viteBuild()
  storeFingerprint(markPath, wanted)
  return 'web built'
}
