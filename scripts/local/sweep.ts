/** No cron fires locally, so the launcher pokes the sweep, at boot and every 30 s. */
const SWEEP_EVERY_MS = 30_000
const REQUEST_TIMEOUT_MS = 20_000

export type Sweeping = { begin(): void; stop(): void }

export function startSweeping(
  url: string,
  operatorToken: string,
  log: (line: string) => void,
): Sweeping {
  let timer: NodeJS.Timeout | undefined
  const sweep = async (): Promise<void> => {
    try {
      const response = await fetch(`${url}/api/ops/sweep`, {
        method: 'POST',
        headers: { authorization: `Bearer ${operatorToken}` },
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      })
      await response.body?.cancel()
      if (!response.ok) log(`[sweep] answered ${response.status}`)
    } catch (error) {
      // The next one comes in 30 s: nothing is lost but time.
      log(`[sweep] ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return {
    begin: () => {
      void sweep()
      timer = setInterval(() => void sweep(), SWEEP_EVERY_MS)
    },
    stop: () => clearInterval(timer),
  }
}
