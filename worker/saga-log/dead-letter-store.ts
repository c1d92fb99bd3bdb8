/** The dead letters in D1: kept once each, read newest first, marked by what operators did about them. */
import { and, desc, eq, isNotNull, isNull, or, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { deadLetter } from './schema.ts'

export type Letter = typeof deadLetter.$inferSelect

/** False if it was kept before: then it stays as it is, its mark included. */
export async function keepLetter(
  database: D1Database,
  letter: typeof deadLetter.$inferInsert,
): Promise<boolean> {
  const { messageId, atMs, kind, orderId, sagaId, step, body } = letter
  const { results } = await database
    .prepare(
      `insert into dead_letter (message_id, at_ms, kind, order_id, saga_id, step, body)
       values (?1, ?2, ?3, ?4, ?5, ?6, ?7) on conflict do nothing returning message_id`,
    )
    .bind(messageId, atMs, kind, orderId ?? null, sagaId ?? null, step ?? null, body)
    .all()
  return results.length > 0
}

type LetterQuery = {
  kind?: Letter['kind'] | undefined
  handled?: boolean | undefined
  after?: string | undefined
  limit: number
}

export async function listLetters(
  database: D1Database,
  { kind, handled, after, limit }: LetterQuery,
): Promise<{ letters: Letter[]; next: string | null }> {
  const { replayedAtMs, dismissedAtMs } = deadLetter
  const rows = await drizzle(database)
    .select()
    .from(deadLetter)
    .where(
      and(
        kind && eq(deadLetter.kind, kind),
        handled === true ? or(isNotNull(replayedAtMs), isNotNull(dismissedAtMs)) : undefined,
        handled === false ? and(isNull(replayedAtMs), isNull(dismissedAtMs)) : undefined,
        after === undefined ? undefined : isOlderThan(after),
      ),
    )
    .orderBy(desc(deadLetter.atMs), desc(deadLetter.messageId))
    .limit(limit + 1)
  const letters = rows.slice(0, limit)
  return { letters, next: rows.length > limit ? (letters.at(-1)?.messageId ?? null) : null }
}

/** Nothing, where there is no such letter. */
const isOlderThan = (messageId: string) => sql`
  (${deadLetter.atMs}, ${deadLetter.messageId}) <
  (select at_ms, message_id from dead_letter where message_id = ${messageId})`

export async function findLetter(
  database: D1Database,
  messageId: string,
): Promise<Letter | undefined> {
  return drizzle(database)
    .select()
    .from(deadLetter)
    .where(eq(deadLetter.messageId, messageId))
    .get()
}

type Mark =
  | Pick<Letter, 'replayedAtMs' | 'replayedBy' | 'replayReason'>
  | Pick<Letter, 'dismissedAtMs' | 'dismissedBy' | 'dismissReason'>

/** The mark tells of the last time. */
export async function markLetter(
  database: D1Database,
  messageId: string,
  mark: Mark,
): Promise<void> {
  await drizzle(database).update(deadLetter).set(mark).where(eq(deadLetter.messageId, messageId))
}
