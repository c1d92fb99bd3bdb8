/** Waiting until the shop answers. */
import { setTimeout as delay } from 'node:timers/promises'
import { readablePath } from './project.ts'
import { tailOfLog } from './server-log.ts'

const READY_TIMEOUT_MS = 60_000
const POLL_MS = 150
const REQUEST_TIMEOUT_MS = 10_000

async function catalogStatus(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/api/catalog`, {
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    })
    await response.body?.cancel()
    return String(response.status)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Returns what was done, in a few words. */
export async function untilAnswering(
  url: string,
  died: Promise<string>,
  logPath: string,
): Promise<string> {
  const death = { reason: '' }
  void died.then((reason) => (death.reason = reason))
  const deadlineMs = Date.now() + READY_TIMEOUT_MS
  let last = 'no answer'
  while (Date.now() < deadlineMs) {
    last = await catalogStatus(url)
    if (last === '200') return 'shop answers'
    if (death.reason !== '') throw new Error(death.reason)
    await delay(POLL_MS)
  }
  throw new Error(
    `GET ${url}/api/catalog did not answer 200 within ${READY_TIMEOUT_MS / 1000} s (${last}).\n` +
      `The end of ${readablePath(logPath)}:\n${tailOfLog(logPath)}`,
  )
}
