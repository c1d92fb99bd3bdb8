/** One shop on one state, which can be killed and is started again at once. */
import { type LocalShop, startLocal } from '../local/start-local.ts'

/** From `atMs` on nothing of the shop runs, until it is started again. */
export type Kill = { atMs: number; answersAtMs: number }

export type Server = {
  /** The shop, as soon as one runs; never, once it was stopped. Each start has another address. */
  running: () => Promise<LocalShop>
  /** SIGKILL to all of it, and a new start on the same state. */
  crash: () => Promise<Kill>
  /** As Ctrl-C does; with force where `graceMs` is 0. */
  stop: (graceMs: number) => Promise<void>
}

export function startServer(stateDir: string, env: Record<string, string> = {}): Server {
  const start = (): Promise<LocalShop> => startLocal({ stateDir, env })
  let current = start()
  let isStopped = false
  const running = async (): Promise<LocalShop> => {
    const shop = await current
    return isStopped ? new Promise<never>(() => {}) : shop
  }
  return {
    running,
    async crash() {
      const shop = await running()
      const killed = shop.kill().then(() => Date.now())
      // Whoever asks from now on waits for the next start.
      current = killed.then(start)
      await running()
      return { atMs: await killed, answersAtMs: Date.now() }
    },
    async stop(graceMs) {
      isStopped = true
      const shop = await current.catch(() => null)
      await (graceMs > 0 ? shop?.stop() : shop?.kill())
    },
  }
}
