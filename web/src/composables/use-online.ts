/** Whether there is a network at all, as the browser tells. */
import { onScopeDispose, ref } from 'vue'

const CHANGES = ['online', 'offline'] as const

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
