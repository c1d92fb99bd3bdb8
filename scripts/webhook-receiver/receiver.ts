/**
 * A receiver of webhooks, as an ERP would have one: it takes an event only if its signature is good,
 * tells a repeat from a new one by its id, and answers before it does anything that takes long.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import { type HttpReceiver, bodyOf, listenLocally } from '../local/http-receiver.ts'

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

/** Rejects if the port is taken, or the secret is none. */
export async function startReceiver(port: number, settings: Settings): Promise<HttpReceiver> {
  const receive = receptionBy(settings)
  const { url, stop } = await listenLocally(port, (request, response) => {
    void receive(request).then((reception) => {
      settings.onReception(reception)
      answer(response, reception)
    })
  })
  return { url: `${url}/`, stop }
}

function receptionBy({ secret, failures }: Settings) {
  const webhook = new Webhook(secret)
  const seen = new Set<string>()
  let failuresLeft = failures
  return async (request: IncomingMessage): Promise<Reception> => {
    if (request.method !== 'POST') return refused(405, `a ${request.method ?? 'request'}`)
    try {
      const body = await bodyOf(request, BODY_BYTES_MAX)
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
