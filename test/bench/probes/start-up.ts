/** How long the shop takes from the start of its workerd to its first answer; databases are ready. */
import { spreadOf } from '../../../scripts/chaos/recovery.ts'
import { openClient } from '../http.ts'
import type { StartUp } from '../result.ts'
import { MAIN_WORKER, shopWorkers } from '../stand-workers.ts'
import { type Stand, openStand } from '../stand.ts'
import type { Surroundings } from '../surroundings.ts'

export async function measureStartUp(
  starts: number,
  { signal, onStop }: Surroundings,
): Promise<StartUp> {
  const tookMs: number[] = []
  while (tookMs.length < starts) {
    signal.throwIfAborted()
    const stand = await openStand(onStop, shopWorkers)
    try {
      tookMs.push(stand.startedInMs + (await firstAnswerMs(stand)))
    } finally {
      await stand.stop()
    }
  }
  const spread = spreadOf(tookMs)
  if (spread === null) throw new RangeError('nothing was started')
  return { starts, p50Ms: Math.round(spread.p50Ms), worstMs: Math.round(spread.worstMs) }
}

/** Of the catalogue: a Worker, its database, and a domain with its own. */
async function firstAnswerMs(stand: Stand): Promise<number> {
  const client = openClient(stand.url(MAIN_WORKER), 1)
  const beganMs = performance.now()
  const { status, body } = await client.send({ method: 'GET', path: '/api/catalog' })
  client.close()
  if (status !== 200) throw new Error(`the catalogue: ${status} ${body}`)
  return performance.now() - beganMs
}
