/**
 * Rows that D1 read and wrote, as it says itself with every answer. `first()` and `raw()` drop what it
 * says, so the count is taken where all of its methods send: inside of workerd's own client.
 */
import type { Tally } from '../counts.ts'

const SESSION = 'alwaysPrimarySession'
const SEND = '_send'

type Send = (...args: unknown[]) => Promise<unknown>
type Answer = { meta: { rows_read: number; rows_written: number } }

export function meterDatabase(database: object, binding: string, tally: Tally): void {
  const session: unknown = Reflect.get(database, SESSION)
  const send: unknown = isObject(session) ? Reflect.get(session, SEND) : null
  if (!isObject(session) || !isSend(send)) {
    throw new Error(`${binding}: D1's client is not as it was, so nothing can be counted there`)
  }
  Reflect.set(session, SEND, async (...args: unknown[]) => {
    const answer = await Reflect.apply(send, session, args)
    for (const { meta } of [answer].flat().filter(isAnswer)) {
      tally.add(`${binding}: rows read`, meta.rows_read)
      tally.add(`${binding}: rows written`, meta.rows_written)
    }
    return answer
  })
}

const isObject = (it: unknown): it is object => typeof it === 'object' && it !== null
const isSend = (it: unknown): it is Send => typeof it === 'function'
/** A statement that failed has none. */
const isAnswer = (it: unknown): it is Answer => isObject(it) && 'meta' in it
