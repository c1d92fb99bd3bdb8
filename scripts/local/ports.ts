/** Ports: a free one, or who has the wanted one. */
import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

const PORT_MAX = 65_535
const FREE_PORT_MIN = 20_000
const FREE_PORT_MAX = 32_000
const FREE_PORT_ATTEMPTS = 100

const REASONS: Record<string, string> = {
  ENOTFOUND: 'there is no host of this name',
  EAI_AGAIN: 'no host of this name was found',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'this user may not',
}

/** null: it is taken. */
function tryToListen(port: number, host: string): Promise<number | null> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRINUSE') return resolve(null)
      const reason = REASONS[cause.code ?? ''] ?? cause.message
      return reject(new Error(`Nothing can listen on ${host}, port ${port}: ${reason}.`, { cause }))
    })
    server.listen(port, host, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : null))
    })
  })
}

/** Not one that the system hands out by itself: a shop that restarts wants its port back. */
export async function freePort(host: string): Promise<number> {
  for (let attempt = 0; attempt < FREE_PORT_ATTEMPTS; attempt += 1) {
    const port = randomInt(FREE_PORT_MIN, FREE_PORT_MAX)
    if (await isFree(port, host)) return port
  }
  throw new Error(`no free port on ${host}`)
}

export const isFree = async (port: number, host: string): Promise<boolean> =>
  (await tryToListen(port, host)) !== null

export function parsePort(text: string | undefined, fallback: number): number {
  if (text === undefined || text === '') return fallback
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= PORT_MAX) return port
  throw new Error(`PORT must be a number from 0 to ${PORT_MAX}, not "${text}".`)
}

function output(command: string, args: string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    // Not installed here, or it found nothing.
    return ''
  }
}

/** "node (pid 4711)", as far as this machine has a tool that knows; otherwise null. */
export function portHolder(port: number): string | null {
  const lsof = output('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'])
  const byLsof = /^p(?<pid>\d+)\nc(?<name>.+)$/m.exec(lsof)
  const bySs = /\("(?<name>[^"]+)",pid=(?<pid>\d+)/.exec(
    output('ss', ['-ltnpH', `sport = :${port}`]),
  )
  const { name, pid } = byLsof?.groups ?? bySs?.groups ?? {}
  return name === undefined ? null : `${name} (pid ${pid})`
}
