/** What the page tells in passing: one notice at a time, the newest. */
import { defineStore } from 'pinia'
import { ref } from 'vue'

export type Notice = {
  id: number
  title: string
  text?: string
  icon: string
  isProblem?: boolean
  action?: { label: string; run: () => void }
}

const SHOWN_MS = 6_000
/** Time to read what is wrong, and to find the control, also by keyboard. */
const SHOWN_LONGER_MS = 20_000

export const useNotices = defineStore('notices', () => {
  const current = ref<Notice | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = 0

  function show(notice: Omit<Notice, 'id'>): void {
    last += 1
    current.value = { ...notice, id: last }
    release()
  }

  function dismiss(): void {
    clearTimeout(timer)
    current.value = null
  }

  /** While it is being read or reached for it stays. */
  const hold = () => clearTimeout(timer)
  function release(): void {
    clearTimeout(timer)
    const isLonger = current.value?.action || current.value?.isProblem
    timer = setTimeout(dismiss, isLonger ? SHOWN_LONGER_MS : SHOWN_MS)
  }

  return { current, show, dismiss, hold, release }
})
