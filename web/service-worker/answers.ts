/** An answer to each kind of request that the service worker handles. */
import type { Kept } from './kept.ts'
import { CATALOGUE_PATH } from './requests.ts'

/** A network that is slower than this is no better than none, where something is kept. */
const NETWORK_MS_MAX = 5_000
/** The browser has later requests to the same address wait for one whose answer was lost. */
const ANSWER_MS_MAX = 20_000

/** Null where there was no answer in time. */
async function fromNetwork(request: Request): Promise<Response | null> {
  const lost = new AbortController()
  // Also while the body comes.
  setTimeout(() => lost.abort(), ANSWER_MS_MAX)
  try {
    return await fetch(request, { signal: lost.signal })
  } catch {
    // Offline, or cut off: what is kept is looked at.
    return null
  }
}

const late = (): Promise<null> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(null), NETWORK_MS_MAX)
  })

/** The kept one when the network has failed, or is late; then the network keeps trying. */
async function freshOr(
  fresh: Promise<Response | null>,
  find: () => Promise<Response | undefined>,
): Promise<Response> {
  const inTime = await Promise.race([fresh, late()])
  if (inTime && inTime.status < 500) return inTime
  return (await find()) ?? (await fresh) ?? Response.error()
}

/** The page has read it before there was a service worker to keep it. */
export async function readCatalogue(kept: Kept): Promise<void> {
  const request = new Request(CATALOGUE_PATH)
  const response = await fromNetwork(request)
  if (response?.ok) await kept.keepReading(request, response)
}

export const page = (request: Request, kept: Kept): Promise<Response> =>
  freshOr(fromNetwork(request), kept.shell)

export async function freshFirst(
  request: Request,
  kept: Kept,
  waitUntil: (done: Promise<unknown>) => void,
): Promise<Response> {
  const fresh = fromNetwork(request)
  const keeping = fresh.then((response) =>
    response?.ok ? kept.keepReading(request, response.clone()) : undefined,
  )
  waitUntil(keeping)
  return freshOr(fresh, () => kept.find(request))
}

export async function asset(request: Request, kept: Kept): Promise<Response> {
  const known = await kept.find(request)
  if (known) return known
  const response = await fetch(request)
  // A browser may have kept the shell under this name, from when it was the answer to a file that is
  // gone. It is no script.
  const isShell = response.headers.get('Content-Type')?.startsWith('text/html') ?? false
  if (isShell) return new Response(null, { status: 404 })
  // Where there is no room for it, it is read anew next time.
  if (response.ok) await kept.keepAsset(request, response.clone()).catch(() => {})
  return response
}
