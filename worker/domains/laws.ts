/**
 * Conservation laws: what holds in a domain's database at every instant, whatever was sent to it.
 *
 * L1. All laws of a database are read in one D1 batch, so at one instant.
 */
import { type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Holds } from './open-holds.ts'
import type { Violation } from './reads.ts'
import { compile } from './statement.ts'

/** `broken` selects `subject` and `detail` of every breach, with nothing given. */
export type Law = { law: string; broken: SQL }

const breachSchema = z.object({ subject: z.string(), detail: z.string() })

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

/** A hold exists just where its action was granted, and is released just when that is compensated. */
export const heldOnlyIfGranted = ({ table, step }: Holds): Law => ({
  law: 'a hold stands if and only if its action is processed',
  broken: sql`
    select coalesce(h.order_id, o.order_id) as subject,
      coalesce(h.status, 'no hold') || ', ' || coalesce(o.status, 'no action') as detail
    from ${sql.identifier(table)} h
    full join (select * from operation where step = ${step} and direction = 'action') o
      on o.saga_id = h.order_id
    where case when h.status is null then o.status = 'processed'
      when o.status = 'processed' then h.status = 'released'
      when o.status = 'compensated' then h.status <> 'released'
      else true end`,
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
