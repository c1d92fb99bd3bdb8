/** Keeps the page working while newer versions of the shop come out. */
import { onMounted, onScopeDispose } from 'vue'
import { useRouter } from 'vue-router'
import { tabMemory } from './memory.ts'

const LOOK_AGAIN_MS = 3_600_000
/** Where the page was loaded anew for a chunk; it is not tried twice. */
const KEY = 'edge-saga.loaded-anew'

/** Built pages only: while developing, Vite serves what has just changed. */
function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  navigator.serviceWorker.register('/service-worker.js').then(
    (registration) => {
      // Offline it fails, and the next one is tried.
      const look = () => void registration.update().catch(() => {})
      setInterval(look, LOOK_AGAIN_MS)
    },
    // Not allowed here, or out of room: the shop works without.
    () => {},
  )
}

export function useOwnVersion(): void {
  const router = useRouter()
  let isChunkGone = false

  const gone = (): void => {
    isChunkGone = true
  }
  window.addEventListener('vite:preloadError', gone)
  const stopErrors = router.onError((_error, to) => {
    // Its version is served no more: the page is loaded as it is now.
    if (!isChunkGone || tabMemory.read(KEY) === to.fullPath) return
    // Where that cannot be remembered it would be loaded again and again.
    if (tabMemory.write(KEY, to.fullPath)) location.assign(to.fullPath)
  })
  const stopArrivals = router.afterEach((_to, _from, failure) => {
    if (!failure) tabMemory.forget(KEY)
  })

  onMounted(() => {
    // After what the page itself needs.
    if (document.readyState === 'complete') registerServiceWorker()
    else window.addEventListener('load', registerServiceWorker, { once: true })
  })
  onScopeDispose(() => {
    window.removeEventListener('vite:preloadError', gone)
    stopErrors()
    stopArrivals()
  })
}
