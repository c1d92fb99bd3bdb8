/** The network, as the browser tells of it. */
import { onScopeDispose, ref } from 'vue'

const CHANGES = ['online', 'offline'] as const

/** Whether there is any at all. */
export function useOnline() {
  const isOnline = ref(navigator.onLine)
  const look = (): void => {
    isOnline.value = navigator.onLine
  }
  for (const change of CHANGES) window.addEventListener(change, look)
  onScopeDispose(() => {
    for (const change of CHANGES) window.removeEventListener(change, look)
  })
  return isOnline
}

/** What failed is tried again when the network comes back. */
export function useRetryOnline(hasFailed: () => boolean, retry: () => unknown): void {
  const back = (): void => {
    if (hasFailed()) retry()
  }
  window.addEventListener('online', back)
  onScopeDispose(() => window.removeEventListener('online', back))
}
