import { env } from 'cloudflare:workers'
import { BINDING_OF, DOMAINS } from '../../worker/domains/reads.ts'

const LOOK_EVERY_MS = 20
const LOOKS_MAX = 100
/** What is in a consumer's hands is in no queue any more: it has this long. */
const EMPTY_LOOKS = 3

/**
 * Until nothing is under way that the file before has sent: it would be written into the databases of the
 * next one. What waits for a retry is not waited for.
 */
export async function untilQueuesAreQuiet(): Promise<void> {
  const commands = DOMAINS.map((domain) => env[`${BINDING_OF[domain]}_COMMANDS`])
  const queues = [...commands, env.SAGA_LOG, env.WEBHOOKS]
  let emptyLooks = 0
  for (let look = 0; look < LOOKS_MAX && emptyLooks < EMPTY_LOOKS; look += 1) {
    const metrics = await Promise.all(queues.map((queue) => queue.metrics()))
    const isEmpty = metrics.every(({ backlogCount }) => backlogCount === 0)
    emptyLooks = isEmpty ? emptyLooks + 1 : 0
    await scheduler.wait(LOOK_EVERY_MS)
  }
}
