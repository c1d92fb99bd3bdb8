/**
 * The built page served from one origin in two versions, one after the other, as a deployment does:
 * the chunks of the first are gone with the second, and any other address that is no file is the shell.
 */
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { inProject } from '../../scripts/local/project.ts'

const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
}

/** In the names of the second version's chunks. */
export const SECOND = 'second'

function makeSecond(folder: string): void {
  const assets = join(folder, 'assets')
  const names = readdirSync(assets).filter((name) => name.endsWith('.js'))
  const renamed = (text: string): string =>
    names.reduce((all, name) => all.replaceAll(name, name.replace(/\.js$/, `-${SECOND}.js`)), text)
  for (const path of [...names.map((name) => join(assets, name)), join(folder, 'index.html')]) {
    writeFileSync(path, renamed(readFileSync(path, 'utf8')))
  }
  for (const name of names) renameSync(join(assets, name), join(assets, renamed(name)))
  const worker = join(folder, 'service-worker.js')
  const text = renamed(readFileSync(worker, 'utf8'))
  // Its version is the hash of its files.
  writeFileSync(worker, text.replace(/"[0-9a-f]{16}"/, `"${SECOND}"`))
}

/** `api`: where requests under /api are answered. */
export async function serveTwoVersions(api: string) {
  const folder = mkdtempSync(join(tmpdir(), 'edge-saga-versions-'))
  const [first, second] = ['first', SECOND].map((name) => join(folder, name))
  if (!first || !second) throw new Error('there are two')
  for (const copy of [first, second]) cpSync(inProject('web', 'dist'), copy, { recursive: true })
  makeSecond(second)
  let served = first

  function fileOf(path: string): { status: number; body: Buffer; type: string } {
    try {
      const body = readFileSync(join(served, path))
      return { status: 200, body, type: TYPES[extname(path)] ?? 'text/html' }
    } catch {
      const isChunk = path.startsWith('/assets/')
      const body = readFileSync(join(served, isChunk ? 'assets/404.html' : 'index.html'))
      return { status: isChunk ? 404 : 200, body, type: 'text/html' }
    }
  }

  async function answer(asked: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(asked.url ?? '/', 'http://localhost')
    if (!pathname.startsWith('/api/')) {
      const { status, body, type } = fileOf(pathname)
      response.writeHead(status, { 'content-type': type }).end(body)
      return
    }
    const theirs = await fetch(`${api}${pathname}${search}`, {
      method: asked.method ?? 'GET',
      headers: { cookie: asked.headers.cookie ?? '' },
    })
    const body = Buffer.from(await theirs.arrayBuffer())
    response
      .writeHead(theirs.status, {
        'content-type': 'application/json',
        'set-cookie': theirs.headers.getSetCookie(),
      })
      .end(body)
  }

  const server = createServer((asked, response) => void answer(asked, response))
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0

  return {
    url: `http://localhost:${port}`,
    deploySecond: () => {
      served = second
    },
    stop: () => {
      server.closeAllConnections()
      server.close()
      rmSync(folder, { recursive: true })
    },
  }
}
