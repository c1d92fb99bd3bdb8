/** What a page takes from the network, as it travels: compressed. */
import type { Page } from 'playwright-core'

type Begun = { url: string; isScript: boolean; headerBytes: number }
export type Load = Omit<Begun, 'headerBytes'> & {
  /** With the headers of its answer. */
  bytes: number
  bodyBytes: number
}

/** Fills while the page loads. A service worker's own requests are not the page's. */
export async function watchLoads(page: Page): Promise<readonly Load[]> {
  const session = await page.context().newCDPSession(page)
  const begun = new Map<string, Begun>()
  const loads: Load[] = []
  session.on('Network.requestWillBeSent', ({ requestId, request, type }) => {
    // What stands in the page itself travels with it.
    if (!/^https?:/.test(request.url)) return
    begun.set(requestId, { url: request.url, isScript: type === 'Script', headerBytes: 0 })
  })
  session.on('Network.responseReceived', ({ requestId, response }) => {
    const load = begun.get(requestId)
    if (load) load.headerBytes = response.encodedDataLength
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const load = begun.get(requestId)
    if (!load) return
    const { headerBytes, ...rest } = load
    loads.push({ ...rest, bytes: encodedDataLength, bodyBytes: encodedDataLength - headerBytes })
  })
  await session.send('Network.enable')
  return loads
}
