/**
 * The shop's service worker: the catalogue can be read without a network.
 *
 * S2. A new version takes over at once, and the files of the one before stay: a page that is open goes
 *     on with its own chunks, and the next page that is loaded is the new one.
 */
import { asset, freshFirst, page, readCatalogue } from './answers.ts'
import { keptFor } from './kept.ts'
import { handlingOf } from './requests.ts'

declare const self: ServiceWorkerGlobalScope
/** Put in when it is built. */
declare const BUILD_VERSION: string
declare const BUILD_FILES: string[]

const kept = keptFor(BUILD_VERSION)

self.addEventListener('install', (event) => {
  event.waitUntil(Promise.all([kept.take(BUILD_FILES), readCatalogue(kept)]))
  void self.skipWaiting()
})

self.addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([kept.forgetOld(), self.clients.claim()]))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  switch (handlingOf(request, self.location.origin)) {
    case 'page':
      return event.respondWith(page(request, kept))
    case 'asset':
      return event.respondWith(asset(request, kept))
    case 'fresh-first':
      return event.respondWith(freshFirst(request, kept, (done) => event.waitUntil(done)))
    case 'none':
      return undefined
  }
})
