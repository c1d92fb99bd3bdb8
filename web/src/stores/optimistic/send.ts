/** Brings operations to the server, first in, first out (O5, O6). */
import type { Event, Operation, Refusal, Snapshot } from './protocol.ts'

export type Answer<P> =
  | { type: 'accepted'; snapshots: Snapshot<P>[] }
  | { type: 'refused'; refusal: Refusal; snapshots: Snapshot<P>[] }
  /** Not reached, or too busy to say: the same operation is sent again, after `afterMs` at the earliest. */
  | { type: 'later'; afterMs?: number }

export type SendPorts<P, C, Own> = {
  next(): Operation<C> | undefined
  /** Whatever it takes to try once. `signal` aborts when the answer would come too late. */
  send(operation: Operation<C>, signal: AbortSignal): Promise<Answer<P>>
  /** Resolves once it is durable. */
  dispatch(event: Event<P, C, Own>): Promise<void>
  pause(ms: number, atLeastMs?: number): Promise<void>
  random(): number
  now(): string
}

export const ANSWER_WITHIN_MS = 3_000
const DELAY_MS_MIN = 1_000
const DELAY_MS_MAX = 30_000

/** A part is fixed, a part by chance, so that many browsers do not come back at once. */
export function delayMs(attempt: number, random: number, afterMs = 0): number {
  const half = Math.min(DELAY_MS_MAX, DELAY_MS_MIN * 2 ** Math.min(attempt, 10)) / 2
  return Math.round(Math.max(half, afterMs) + half * random)
}

/** Ends when nothing is left to send. */
export async function sendAll<P, C, Own>(ports: SendPorts<P, C, Own>): Promise<void> {
  for (let attempt = 0; ;) {
    const operation = ports.next()
    if (!operation) return
    const { id } = operation
    const answer = await answerInTime(operation, ports)
    switch (answer.type) {
      case 'accepted':
        for (const snapshot of answer.snapshots) await ports.dispatch({ type: 'seen', snapshot })
        await ports.dispatch({ type: 'accepted', id })
        attempt = 0
        break
      case 'refused':
        // First what is so now: it may show that an earlier attempt was taken after all.
        for (const snapshot of answer.snapshots) await ports.dispatch({ type: 'seen', snapshot })
        await ports.dispatch({ type: 'refused', id, refusal: answer.refusal, at: ports.now() })
        attempt = 0
        break
      case 'unanswered':
        await ports.dispatch({ type: 'unanswered', at: ports.now() })
        attempt = 0
        break
      case 'later':
        await ports.dispatch({ type: 'unconfirmed', id })
        await ports.pause(delayMs(attempt, ports.random(), answer.afterMs), answer.afterMs)
        attempt += 1
    }
  }
}

function answerInTime<P, C, Own>(
  operation: Operation<C>,
  ports: SendPorts<P, C, Own>,
): Promise<Answer<P> | { type: 'unanswered' }> {
  return new Promise((resolve) => {
    const controller = new AbortController()
    const timer = setTimeout(() => {
      // Before the request is aborted, which would look like a connection that broke.
      resolve({ type: 'unanswered' })
      controller.abort()
    }, ANSWER_WITHIN_MS)
    ports.send(operation, controller.signal).then(
      (answer) => {
        clearTimeout(timer)
        resolve(answer)
      },
      (error: unknown) => {
        clearTimeout(timer)
        console.error(error)
        resolve({ type: 'later' })
      },
    )
  })
}
