/** Asking for an order again and again, the less often the less changes. */

const EVERY_MS_MIN = 2_000
const EVERY_MS_MAX = 15_000
const GROWTH = 1.5
/** Of a pause: so that all pages do not ask in the same instant. */
const JITTER = 0.25

export type Questions = {
  start(): void
  stop(): void
  /** Does not wait for the next one, where it is started. */
  hurry(): void
}

/** `ask` tells whether there was something new. Never two at a time. */
export function askAgain(ask: () => Promise<boolean>, random: () => number): Questions {
  let timer: ReturnType<typeof setTimeout> | undefined
  let everyMs = EVERY_MS_MIN
  let isWanted = false
  let isAsking = false

  function later(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void now(), everyMs * (1 + JITTER * random()))
  }

  async function now(): Promise<void> {
    if (isAsking) return
    isAsking = true
    const isNew = await ask()
    isAsking = false
    everyMs = isNew ? EVERY_MS_MIN : Math.min(EVERY_MS_MAX, everyMs * GROWTH)
    if (isWanted) later()
  }

  return {
    start() {
      if (isWanted) return
      isWanted = true
      everyMs = EVERY_MS_MIN
      later()
    },
    stop() {
      isWanted = false
      clearTimeout(timer)
    },
    hurry() {
      if (isWanted) void now()
    },
  }
}
