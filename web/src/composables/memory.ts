/**
 * What a browser remembers as text. One that refuses, because cookies are blocked or there is no room,
 * remembers nothing; the shop works all the same.
 */

/** `storage` is asked each time: the mere look at it may throw. */
const memoryIn = (storage: () => Storage) => ({
  read(key: string): string | null {
    try {
      return storage().getItem(key)
    } catch {
      return null
    }
  },

  /** Tells whether it will be remembered. */
  write(key: string, text: string): boolean {
    try {
      storage().setItem(key, text)
      return true
    } catch {
      return false
    }
  },

  forget(key: string): void {
    try {
      storage().removeItem(key)
    } catch {
      // There is nothing.
    }
  },
})

/** Shared by all tabs, until it is deleted. */
export const browserMemory = memoryIn(() => localStorage)
/** The tab's own; survives a reload. */
export const tabMemory = memoryIn(() => sessionStorage)

/** Calls `show` with what another tab has written under this key of the browser's memory. */
export function onWrittenElsewhere(key: string, show: (value: string) => void): void {
  addEventListener('storage', ({ key: changed, newValue }) => {
    if (changed === key && newValue !== null) show(newValue)
  })
}
