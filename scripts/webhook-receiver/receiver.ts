/**
 * A receiver of webhooks, as an ERP would have one: it takes an event only if its signature is good,
 * tells a repeat from a new one by its id, and answers before it does anything that takes long.
 */
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { z } from 'zod'

const BODY_BYTES_MAX = 65_536

const eventSchema = z.object({
  type: z.string(),
  timestamp: z.iso.datetime(),
  data: z.record(z.string(), z.json()),
})
export type WebhookEvent = z.infer<typeof eventSchema> & { id: string; isRepeat: boolean }

export type Reception =
  | { kind: 'accepted'; event: WebhookEvent }
  | { kind: 'failed-on-purpose'; event: WebhookEvent }
  | { kind: 'refused'; status: number; reason: string }

type Settings = {
  secret: string
  /** So many good events are answered 500 first. */
  failures: number
  onReception: (reception: Reception) => void
}

export type Receiver = { url: string; stop: () => Promise<void> }

/** Rejects if the port is taken; throws if the secret is none. */
export async function startReceiver(port: number, settings: Settings): Promise<Receiver> {
  const receive = receptionBy(settings)
  const server = createServer((request, response) => {
    void receive(request).then((reception) => {
      settings.onReception(reception)
      answer(response, reception)
    })
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, 'localhost', resolve)
  await promise
  const address = server.address()
  const actualPort = address !== null && typeof address === 'object' ? address.port : port
  return {
    url: `http://localhost:${actualPort}/`,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped())
        server.closeAllConnections()
      }),
  }
}

function receptionBy({ secret, failures }: Settings) {
  const webhook = new Webhook(secret)
  const seen = new Set<string>()
  let failuresLeft = failures
  return async (request: IncomingMessage): Promise<Reception> => {
    if (request.method !== 'POST') return refused(405, `a ${request.method ?? 'request'}`)
    try {
      const body = await bodyOf(request)
      if (body === null) return refused(413, 'a body that is too large')
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      )
      // Over the body as it came: written anew, the same JSON may be other bytes.
      const verified = eventSchema.parse(webhook.verify(body, headers))
      const id = headers['webhook-id'] ?? ''
      const event = { ...verified, id, isRepeat: seen.has(id) }
      if (failuresLeft > 0) {
        failuresLeft -= 1
        return { kind: 'failed-on-purpose', event }
      }
      seen.add(id)
      return { kind: 'accepted', event }
    } catch (error) {
      return refused(401, error instanceof Error ? error.message : String(error))
    }
  }
}

/** Null for one that is too large. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    chunks.push(Buffer.from(chunk))
    bytes += chunks.at(-1)?.length ?? 0
    if (bytes > BODY_BYTES_MAX) return null
  }
  return Buffer.concat(chunks).toString()
}

const refused = (status: number, reason: string): Reception => ({
  kind: 'refused',
  status,
  reason,
})

function answer(response: ServerResponse, reception: Reception): void {
  switch (reception.kind) {
    case 'accepted':
      response.writeHead(204).end()
      return
    case 'failed-on-purpose':
      response.writeHead(500).end()
      return
    default:
      response.writeHead(reception.status).end()
  }
}
