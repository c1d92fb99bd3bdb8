/** Waits, but no longer than until the connection is back; for `atLeastMs` in any case. */
export function pause(ms: number, atLeastMs = 0): Promise<void> {
  return new Promise((resolve) => {
    const beganMs = performance.now()
    const done = () => {
      clearTimeout(timer)
      window.removeEventListener('online', back)
      resolve()
    }
    const back = () => {
      if (performance.now() - beganMs >= atLeastMs) done()
    }
    const timer = setTimeout(done, ms)
    window.addEventListener('online', back)
  })
}
