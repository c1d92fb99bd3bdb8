/** An account, served over HTTP to wrangler. */
import { mkdtempSync, rmSync } from 'node:fs'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Account, type Asked, Refusal } from './account.ts'

async function read(request: IncomingMessage): Promise<Asked> {
  const body = Buffer.concat(await Array.fromAsync<Buffer>(request))
  const type = request.headers['content-type'] ?? ''
  const url = new URL(request.url ?? '/', 'http://account')
  const isForm = type.startsWith('multipart/form-data')
  const form = isForm
    ? await new Response(body, { headers: { 'Content-Type': type } }).formData()
    : undefined
  const json: unknown = type.startsWith('application/json')
    ? JSON.parse(body.toString())
    : undefined
  return { method: request.method ?? 'GET', url, json, form }
}

async function serve(account: Account, request: IncomingMessage, response: ServerResponse) {
  const messages: string[] = []
  response.setHeader('Content-Type', 'application/json')
  try {
    const result = account.answer(await read(request))
    response.end(JSON.stringify({ success: true, errors: [], messages, result }))
  } catch (error) {
    const { status, code, message } =
      error instanceof Refusal ? error : new Refusal(500, 10_013, String(error))
    const errors = [{ code, message }]
    response.statusCode = status
    response.end(JSON.stringify({ success: false, errors, messages, result: null }))
  }
}

export async function serveAccount() {
  const account = new Account()
  const server = createServer((request, response) => void serve(account, request, response))
  const folder = mkdtempSync(join(tmpdir(), 'edge-saga-account-'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    account,
    env: {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${port}`,
      CLOUDFLARE_ACCOUNT_ID: 'an-account',
      CLOUDFLARE_API_TOKEN: 'a-token',
      WRANGLER_CACHE_DIR: folder,
      WRANGLER_LOG_PATH: folder,
    },
    close() {
      server.closeAllConnections()
      server.close()
      for (const database of account.databases.values()) database.close()
      rmSync(folder, { recursive: true })
    },
  }
}
