/** Keeps the page working while newer versions of the shop come out. */
import { type Ref, onMounted, onScopeDispose, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { START_LOCATION, useRouter } from 'vue-router'
import { useNotices } from '../stores/notices.ts'
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

/** `isLost`: there is no page, because the first one could not be had. */
export function useOwnVersion(): { isLost: Ref<boolean> } {
  const { t } = useI18n()
  const router = useRouter()
  const notices = useNotices()
  const isLost = ref(false)
  let isChunkGone = false

  const gone = (): void => {
    isChunkGone = true
  }
  window.addEventListener('vite:preloadError', gone)
  const stopErrors = router.onError((_error, to) => {
    if (!isChunkGone) return
    // Its version is served no more, unless there is no network: the page is loaded as it is now.
    const isNew = navigator.onLine && tabMemory.read(KEY) !== to.fullPath
    // Where that cannot be remembered it would be loaded again and again.
    if (isNew && tabMemory.write(KEY, to.fullPath)) location.assign(to.fullPath)
    else if (router.currentRoute.value === START_LOCATION) isLost.value = true
    else tellLost(to.fullPath)
  })

  /** The page that is shown stays. */
  function tellLost(path: string): void {
    notices.show({
      title: t('catalogue.failedTitle'),
      text: t('catalogue.failedText'),
      icon: 'i-lucide-cloud-off',
      isProblem: true,
      action: { label: t('shop.tryAgain'), run: () => void router.push(path).catch(() => {}) },
    })
  }

  const stopArrivals = router.afterEach((_to, _from, failure) => {
    if (failure) return
    isLost.value = false
    tabMemory.forget(KEY)
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

  return { isLost }
}
