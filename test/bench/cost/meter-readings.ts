/** What the meters of a stand read, once nothing moves any more. */
import { z } from 'zod'
import { until } from '../../../scripts/client/until.ts'
import { openClient } from '../http.ts'
import type { Stand } from '../stand.ts'
import { type Counts, difference } from './counts.ts'
import { METER_READER } from './metered-workers.ts'

const REST_MS_MAX = 30_000
const LOOK_EVERY_MS = 20

/** By Worker. */
export type Readings = Record<string, Counts>

const readingsSchema = z.record(
  z.string(),
  z.object({ counts: z.record(z.string(), z.number()), restless: z.int() }),
)

/** What was counted while `work` ran, with all that it left to do. */
export async function countedDuring(stand: Stand, work: () => Promise<void>): Promise<Readings> {
  const before = await readAtRest(stand)
  await work()
  const after = await readAtRest(stand)
  return Object.fromEntries(
    Object.entries(after).map(([worker, counts]) => [
      worker,
      difference(before[worker] ?? {}, counts),
    ]),
  )
}

/** Commands by call wait before the domains until it is over. */
export async function whileCommandsWait<Result>(
  stand: Stand,
  work: () => Promise<Result>,
): Promise<Result> {
  const client = openClient(stand.url(METER_READER), 1)
  try {
    await client.send({ method: 'PUT', path: '/' })
    return await work()
  } finally {
    await client.send({ method: 'DELETE', path: '/' })
    client.close()
  }
}

/** At rest: no object is busy or has an alarm to come. */
function readAtRest(stand: Stand): Promise<Readings> {
  const client = openClient(stand.url(METER_READER), 1)
  const look = async (): Promise<Readings | null> => {
    const { body } = await client.send({ method: 'GET', path: '/' })
    const readings = Object.entries(readingsSchema.parse(JSON.parse(body)))
    if (readings.some(([, { restless }]) => restless > 0)) return null
    return Object.fromEntries(readings.map(([worker, { counts }]) => [worker, counts]))
  }
  const what = 'all objects at rest'
  return until(look, { withinMs: REST_MS_MAX, everyMs: LOOK_EVERY_MS, what }).finally(client.close)
}
