/**
 * The network as the main Worker sees it: a receiver of webhooks at each path of every host, which
 * verifies what it gets and answers as it was told.
 */
import { WorkerEntrypoint } from 'cloudflare:workers'
import { Webhook } from 'standardwebhooks'

export type Received = { id: string; isSigned: boolean; event: unknown }
/** How tests reach it. */
export type Receiving = {
  /** `statuses`: what is answered first, one after the other; then 204. */
  expect(url: string, secret: string, statuses: number[]): Promise<void>
  received(url: string): Promise<Received[]>
}
type Place = { secret: string; statuses: number[]; received: Received[] }

const places = new Map<string, Place>()

function placeOf(url: string): Place {
  const place = places.get(url) ?? { secret: '', statuses: [], received: [] }
  places.set(url, place)
  return place
}

export default {
  async fetch(request: Request): Promise<Response> {
    const place = placeOf(request.url)
    const body = await request.text()
    const headers = Object.fromEntries(request.headers)
    const isSigned = verifies(place.secret, body, headers)
    const event: unknown = JSON.parse(body)
    place.received.push({ id: headers['webhook-id'] ?? '', isSigned, event })
    return new Response(null, { status: place.statuses.shift() ?? 204 })
  },
}

function verifies(secret: string, body: string, headers: Record<string, string>): boolean {
  try {
    new Webhook(secret).verify(body, headers)
    return true
  } catch {
    return false
  }
}

export class Receiver extends WorkerEntrypoint implements Receiving {
  async expect(url: string, secret: string, statuses: number[]): Promise<void> {
    places.set(url, { secret, statuses, received: [] })
  }

  async received(url: string): Promise<Received[]> {
    return placeOf(url).received
  }
}
