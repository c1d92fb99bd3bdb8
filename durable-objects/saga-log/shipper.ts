/**
 * Brings an order's transitions to D1, by queue.
 *
 * L1. The queue may lose, double or reorder: rows are keyed by (order, seq) and inserted once,
 *     and what counts is what D1 holds, not what was sent.
 * L2. An order's log is at rest when D1 has as many transitions as the journal, up to the same
 *     seq, all of the journal's epoch, and says where its sagas stand. Until then the object keeps
 *     an alarm. So it is when D1 keeps none of them on purpose (retention.ts of the log's Worker),
 *     and was told of the journal's end.
 */
import type { OrderSagaBindings } from '../bindings.ts'
import type { OrderState, OrderTransition } from '../order/state.ts'
import type { Ports } from '../ports.ts'
import { sagaLogReport } from './report.ts'

/** A message holds 128 KB, a transition a few; the first one of an order is the largest. */
const TRANSITIONS_PER_MESSAGE_MAX = 20

/**
 * `current`: transitions of this epoch; `instances`: sagas as they stand at this version; `pruned`: those of
 * which D1 keeps no transitions.
 */
const COPY = `
  select e.*, i.*
  from (
      select count(*) as count, coalesce(max(seq), 0) as last,
        coalesce(sum(epoch = ?2), 0) as current
      from saga_event where order_id = ?1) e
    cross join (
      select count(*) as instances, coalesce(sum(pruned), 0) as pruned
      from saga_instance
      where saga_id in (select value from json_each(?3)) and epoch = ?2 and last_seq = ?4) i`
type Copy = { count: number; last: number; current: number; instances: number; pruned: number }
const EMPTY: Copy = { count: 0, last: 0, current: 0, instances: 0, pruned: 0 }

type Bindings = Pick<OrderSagaBindings, 'SAGA_LOG' | 'SAGA_LOG_DB'>

export class SagaLogShipper {
  readonly #bindings: Bindings
  readonly #journal: Pick<Ports['journal'], 'after'>
  /**
   * Handed to the queue up to here, as far as this instance of the object knows. One that has
   * just woken takes all for sent: comparing with D1 tells what is missing.
   */
  #shippedSeq: number

  constructor(
    bindings: Bindings,
    journal: Pick<Ports['journal'], 'after'> & { lastSeq(): number },
  ) {
    this.#bindings = bindings
    this.#journal = journal
    this.#shippedSeq = journal.lastSeq()
  }

  /**
   * Sends what was not sent yet, and says whether there was anything. Rejects if the queue
   * refuses; what it had not taken by then is not taken as sent.
   */
  async ship(order: OrderState, nowMs: number): Promise<boolean> {
    const shippedBefore = this.#shippedSeq
    const transitions = this.#journal.after(shippedBefore)
    if (transitions.length === 0) return false
    this.#shippedSeq = order.version
    let sentSeq = shippedBefore
    try {
      // One by one: a batch may hold twice as much as a message, and an order that was parked for a day has many.
      for (const chunk of chunks(transitions)) {
        await this.#bindings.SAGA_LOG.send(sagaLogReport(order, chunk, nowMs))
        sentSeq = chunk.at(-1)?.seq ?? sentSeq
      }
      return true
    } catch (error) {
      this.#shippedSeq = Math.min(this.#shippedSeq, sentSeq)
      throw error
    }
  }

  /** Whether D1 holds the whole journal (L2). If not, what it misses counts as not sent. */
  async isAtRest(order: OrderState): Promise<boolean> {
    const { orderId, epoch, version, sagas } = order
    const copy = await this.#bindings.SAGA_LOG_DB.prepare(COPY)
      .bind(orderId, epoch, JSON.stringify([...sagas.keys()]), version)
      .first<Copy>()
    const { count, last, current, instances, pruned } = copy ?? EMPTY
    if (count === 0 && pruned === sagas.size) return true
    const isWhole =
      count === last && current === count && (last < version || instances === sagas.size)
    if (isWhole && last === version) return true
    // Whole as far as it goes: only the end is missing. Otherwise all is sent, repeats are ignored.
    this.#shippedSeq = isWhole ? last : 0
    return false
  }
}

function chunks(transitions: OrderTransition[]): OrderTransition[][] {
  const count = Math.ceil(transitions.length / TRANSITIONS_PER_MESSAGE_MAX)
  return Array.from({ length: count }, (_, index) =>
    transitions.slice(
      index * TRANSITIONS_PER_MESSAGE_MAX,
      (index + 1) * TRANSITIONS_PER_MESSAGE_MAX,
    ),
  )
}
