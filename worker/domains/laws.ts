/**
 * Conservation laws: what holds in a domain's database at every instant, whatever was sent to it.
 *
 * L1. All laws of a database are read in one D1 batch, so at one instant.
 */
import { type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Holds } from './holds.ts'
import type { Violation } from './reads.ts'
import { compile } from './statement.ts'

/** `broken` selects `subject` and `detail` of every breach, with nothing given. A subject may be a number. */
export type Law = { law: string; broken: SQL }

const breachSchema = z.object({ subject: z.coerce.string(), detail: z.string() })

export async function violationsOf(
  db: D1Database,
  domain: string,
  laws: readonly Law[],
): Promise<Violation[]> {
  const results = await db.batch(laws.map(({ broken }) => db.prepare(compile(broken))))
  return laws.flatMap(({ law }, index) =>
    z
      .array(breachSchema)
      .parse(results[index]?.results)
      .map(({ subject, detail }) => ({ domain, law, subject, detail })),
  )
}

/**
 * A hold exists just where its action was granted, and is released just when that is compensated. Looked at
 * from both sides, since a full join of the two would go through all of the one for each of the other.
 */
export const heldOnlyIfGranted = ({ table, step }: Holds): Law => ({
  law: 'a hold stands if and only if its action is processed',
  broken: sql`
    select h.order_id as subject, h.status || ', ' || coalesce(o.status, 'no action') as detail
    from ${sql.identifier(table)} h
    left join operation o
      on o.saga_id = h.order_id and o.step = ${step} and o.direction = 'action'
    where (h.status = 'released') <> (o.status is 'compensated')
       or o.status is null or o.status not in ('processed', 'compensated')
    union all
    select o.order_id, 'no hold, processed' from operation o
    where o.step = ${step} and o.direction = 'action' and o.status = 'processed'
      and not exists (select 1 from ${sql.identifier(table)} h where h.order_id = o.saga_id)`,
})

/** The barrier decides and acts in one batch (B2), so nobody sees the one without the other. */
export const compensatedIfAgreed: Law = {
  law: 'an action whose compensation is processed is not processed',
  broken: sql`
    select c.saga_id || ' ' || c.step as subject, a.status as detail
    from operation c
    join operation a on a.saga_id = c.saga_id and a.step = c.step and a.direction = 'action'
    where c.direction = 'compensation' and c.status = 'processed' and a.status = 'processed'`,
}
