/**
 * The door to every script: `node scripts/bootstrap.mjs <script> [arguments]`.
 *
 * Plain JavaScript for Node 20 with nothing installed, because that is all a fresh clone has. It
 * installs what is missing, then runs the real script with the Node of the project (24), which
 * strips types itself. In package.json it is `exec`uted: a shell in between would take for itself
 * what npm is told, and leave the script running.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const NODE_MAJOR_MIN = 20
const HEARTBEAT_MS = 10_000
const EXIT_INTERRUPTED = 130
const root = fileURLToPath(new URL('..', import.meta.url))
const lockPath = join(root, 'package-lock.json')
const installedPath = join(root, 'node_modules', '.package-lock.json')
// Hash of the lock file that node_modules was made from: comparing 300 kB of JSON once is enough.
const markPath = join(root, 'node_modules', '.edge-saga-lock')
const projectNode = join(root, 'node_modules', 'node', 'bin', 'node')

let isInterrupted = false

function fail(message) {
  console.error(`\n${message}\n`)
  process.exit(1)
}

const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')
const lockHash = () => createHash('sha256').update(read(lockPath)).digest('hex')

/** Somebody may have run `npm install` by hand: then npm's own record says what is there. */
function npmInstalledEverything() {
  if (!existsSync(installedPath)) return false
  const installed = JSON.parse(read(installedPath)).packages
  return Object.entries(JSON.parse(read(lockPath)).packages).every(
    ([path, wanted]) =>
      path === '' ||
      // Left out where they are made for another system.
      wanted.optional ||
      wanted.devOptional ||
      (installed[path] && installed[path].version === wanted.version),
  )
}

function isInstalled() {
  if (!existsSync(projectNode)) return false
  if (read(markPath) === lockHash()) return true
  if (!npmInstalledEverything()) return false
  writeFileSync(markPath, lockHash())
  return true
}

function run(command, args, { stdio, onStderr }) {
  const child = spawn(command, args, { cwd: root, stdio })
  child.stderr?.on('data', (chunk) => onStderr(chunk.toString()))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      isInterrupted = true
      child.kill(signal)
    })
  }
  return new Promise((resolve) => {
    child.on('error', (error) => fail(`Could not run ${command}: ${error.message}`))
    child.on('exit', (code, signal) => resolve({ code, signal }))
  })
}

/** Resolves with npm's exit code and what it said, which is shown only if nothing else helps. */
async function npm(args) {
  let said = ''
  const flags = ['--no-audit', '--no-fund', '--loglevel=error']
  const { code } = await run('npm', [...args, ...flags], {
    stdio: ['inherit', 'inherit', 'pipe'],
    onStderr: (text) => {
      // npm draws its progress on the terminal, and explains its errors, on the same stream.
      if (process.stderr.isTTY && !text.includes('npm error')) process.stderr.write(text)
      said += text
    },
  })
  return { code, said }
}

async function install() {
  const startedAtMs = Date.now()
  const elapsed = () => `${Math.round((Date.now() - startedAtMs) / 1000)} s`
  console.log('Installing packages (npm ci): once, and again when package-lock.json changes …')
  // Without a terminal npm is silent for a minute, which looks like a hang.
  const heartbeat = setInterval(
    () => console.log(`  still installing (${elapsed()})`),
    HEARTBEAT_MS,
  )
  let result = await npm(['ci'])
  if (result.code !== 0 && result.said.includes('EUSAGE')) {
    // The lock file does not match. The same versions, and what is missing, come this way.
    console.log('  package-lock.json is incomplete (see `npm run check`): trying npm install …')
    result = await npm(['install', '--no-save'])
  }
  clearInterval(heartbeat)
  if (isInterrupted) process.exit(EXIT_INTERRUPTED)
  if (result.code !== 0) {
    fail(
      `${result.said.trim()}\n\nnpm could not install the packages; its own words are above.\n` +
        'Without a network: connect once, or run `npm ci --offline` with a filled npm cache.\n' +
        'Once the packages are installed nothing here needs a network.',
    )
  }
  if (!existsSync(projectNode)) {
    fail(
      'The packages are installed, but the Node of the project is not: npm skipped install scripts.\n' +
        'Run `npm rebuild --ignore-scripts=false node workerd esbuild`, then try again.',
    )
  }
  writeFileSync(markPath, lockHash())
  console.log(`Installed in ${elapsed()}.\n`)
}

async function main() {
  if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN) {
    fail(
      `This is Node ${process.versions.node}; Node ${NODE_MAJOR_MIN} or later is needed to begin with.\n` +
        'Get it from https://nodejs.org. The project brings its own Node 24 for everything else.',
    )
  }
  const [name = '', ...args] = process.argv.slice(2)
  const script = join(root, 'scripts', `${name}.ts`)
  if (!/^[a-z-]+$/.test(name) || !existsSync(script)) fail(`There is no script "${name}".`)
  if (!isInstalled()) await install()

  // npm puts the project's Node first on the PATH: then there is no need for a second process.
  if (process.execPath === projectNode) {
    process.argv = [process.execPath, script, ...args]
    await import(pathToFileURL(script).href)
    return
  }
  // The channel tells the script when this process was killed, so that it ends too.
  const { code, signal } = await run(projectNode, [script, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  process.exitCode = signal === null ? code : 1
}

await main()
