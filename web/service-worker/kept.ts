/** What the service worker keeps: the files of each version of the shop, and what was last read. */
import { CATALOGUE_PATH, PICTURES_PATH } from './requests.ts'

/** When an answer was read. It says so itself, for a page that gets it later. */
const READ_AT = 'X-Read-At'
const SHELL = '/'
const VERSIONS_PREFIX = 'edge-saga.version.'
const READINGS = 'edge-saga.readings'
/** The current one, and the one that a page may still be open of. */
const VERSIONS_KEPT = 2

/** Whatever proxies may say: there is one of each. */
const BY_ADDRESS = { ignoreVary: true }

export function keptFor(version: string) {
  const current = () => caches.open(VERSIONS_PREFIX + version)

  return {
    /** All of them, or it is not installed. */
    async take(files: string[]): Promise<void> {
      const cache = await current()
      // The shell's name does not say its contents, so it is not taken from the browser's cache.
      await cache.addAll([...files, new Request(SHELL, { cache: 'reload' })])
    },

    /** A page that is open goes on with the chunks of its own version. */
    async forgetOld(): Promise<void> {
      const versions = (await caches.keys()).filter(
        (name) => name.startsWith(VERSIONS_PREFIX) && name !== VERSIONS_PREFIX + version,
      )
      const old = versions.slice(0, Math.max(0, versions.length - (VERSIONS_KEPT - 1)))
      await Promise.all(old.map((name) => caches.delete(name)))
    },

    shell: async () => (await current()).match(SHELL, BY_ADDRESS),

    find: (request: Request) => caches.match(request, BY_ADDRESS),

    async keepAsset(request: Request, response: Response): Promise<void> {
      await (await current()).put(request, response)
    },

    async keepReading(request: Request, response: Response): Promise<void> {
      const { pathname } = new URL(request.url)
      if (pathname !== CATALOGUE_PATH && !pathname.startsWith(PICTURES_PATH)) return
      const headers = new Headers(response.headers)
      headers.set(READ_AT, new Date().toISOString())
      const { status, statusText } = response
      const dated = new Response(response.body, { status, statusText, headers })
      await (await caches.open(READINGS)).put(request, dated)
    },
  }
}

export type Kept = ReturnType<typeof keptFor>
