/** What the page tells in passing, and for how long. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useNotices } from '../../web/src/stores/notices.ts'
import { startPinia } from './support/pinia.ts'

const LONG_TEXT_READ_MS = 12_000

beforeEach(() => {
  startPinia()
  vi.useFakeTimers()
})
afterEach(() => void vi.useRealTimers())

it.each([
  ['good news goes by itself', {}, false],
  ['what is wrong can be read to its end', { isProblem: true }, true],
  ['what can be done can be reached', { action: { label: 'Undo', run: () => {} } }, true],
])('%s', (_what, more, isStillThere) => {
  const notices = useNotices()
  notices.show({ title: 'told', icon: '', ...more })
  vi.advanceTimersByTime(LONG_TEXT_READ_MS)
  expect(notices.current !== null).toBe(isStillThere)
})
