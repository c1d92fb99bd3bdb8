/** Journals as D1 has them, up to where a message asks. */
import * as z from 'zod'
import type { Transition } from '../../durable-objects/core/events.ts'
import type { OrderId } from '../../durable-objects/core/ids.ts'
import { logError } from '../../durable-objects/log.ts'
import { beginningOf } from '../../durable-objects/order/restoration.ts'
import type { OrderTransition } from '../../durable-objects/order/state.ts'
import { sagaIdSchema } from '../../durable-objects/core/messages.ts'
import type { OrderRange } from './message.ts'

/** A journal has some ten transitions, and a thousand where a saga was parked for long. */
const ORDERS_PER_READ_MAX = 25

// The messages first: each is a look at the log's key.
const READ = `
  select o.key as place, e.seq, e.epoch, e.saga_id as sagaId, e.at_ms as atMs, e.events
  from json_each(?1) o cross join saga_event e
  where e.order_id = o.value ->> 'orderId' and e.seq <= o.value ->> 'to'
  order by o.key, e.seq`

const rowSchema = z.object({
  place: z.int(),
  seq: z.int(),
  epoch: z.int(),
  sagaId: sagaIdSchema,
  atMs: z.int(),
  events: z.string(),
})
type Row = z.infer<typeof rowSchema>

/** From the first transition on; null where one is missing that its object will send. */
export type Journal = readonly OrderTransition[] | null

export async function readJournals(
  database: D1Database,
  ranges: readonly OrderRange[],
): Promise<ReadonlyMap<OrderRange, Journal>> {
  const journals = new Map<OrderRange, Journal>()
  for (let from = 0; from < ranges.length; from += ORDERS_PER_READ_MAX) {
    const some = ranges.slice(from, from + ORDERS_PER_READ_MAX)
    const { results } = await database.prepare(READ).bind(JSON.stringify(some)).all()
    const rows = Map.groupBy(z.array(rowSchema).parse(results), ({ place }) => place)
    for (const [place, range] of some.entries()) {
      journals.set(range, journalOf(range, rows.get(place) ?? []))
    }
  }
  return journals
}

/**
 * Up to the last transition that is asked for, or, where the journal was restored meanwhile, up to where that
 * began: the new journal tells of itself.
 */
function journalOf({ orderId, epoch, to }: OrderRange, rows: readonly Row[]): Journal {
  const newer = rows.findIndex((row) => row.epoch > epoch)
  const wanted = newer === -1 ? to : (rows[newer]?.seq ?? 0) - 1
  const transitions = rows
    .filter(({ seq }) => seq <= wanted)
    .map(({ seq, sagaId, atMs, events }) => ({ seq, sagaId, atMs, events: JSON.parse(events) }))
  const journal = beginningIn(orderId, transitions)
  return journal?.length === wanted ? journal : null
}

/** One that cannot be folded costs the others nothing. */
function beginningIn(orderId: OrderId, transitions: readonly Transition[]): Journal {
  try {
    return beginningOf(orderId, transitions)
  } catch (error) {
    logError('journal-unreadable', { orderId }, error)
    return null
  }
}
