/** A server on this machine that takes what the shop sends, for the receivers that people run beside it. */
import { type IncomingMessage, type RequestListener, createServer } from 'node:http'
import { readCount, refuse } from '../terminal/args.ts'
import { isFree } from './ports.ts'

const PORT_MAX = 65_535

/** `url`: without a path, and without a slash at its end. */
export type HttpReceiver = { url: string; stop: () => Promise<void> }

/** Rejects if the port is taken. */
export async function listenLocally(port: number, take: RequestListener): Promise<HttpReceiver> {
  const server = createServer(take)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, 'localhost', resolve)
  await promise
  const address = server.address()
  const actualPort = address !== null && typeof address === 'object' ? address.port : port
  return {
    url: `http://localhost:${actualPort}`,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped())
        server.closeAllConnections()
      }),
  }
}

/** Null for one that is too large. */
export async function bodyOf(request: IncomingMessage, bytesMax: number): Promise<string | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    chunks.push(Buffer.from(chunk))
    bytes += chunks.at(-1)?.length ?? 0
    if (bytes > bytesMax) return null
  }
  return Buffer.concat(chunks).toString()
}

/** Of `--port`. Ends the program, with what to do, where it cannot be had. */
export async function readFreePort(given: string | undefined, otherwise: number): Promise<number> {
  const port = readCount('port', given, otherwise, 0)
  if (port > PORT_MAX) refuse(`--port must be at most ${PORT_MAX}.`)
  if (!(await isFree(port, 'localhost'))) {
    refuse(`Port ${port} is taken: choose another with --port.`)
  }
  return port
}
