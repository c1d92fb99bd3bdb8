/** What the queue of traces carries: which transitions of which orders have something to tell. Pure. */
import * as z from 'zod'
import { orderIdSchema } from '../../durable-objects/core/messages.ts'
import type { SagaLogMessage } from '../../durable-objects/saga-log/message.ts'

const orderRangeSchema = z.object({
  orderId: orderIdSchema,
  /** Of the journal that they are from. */
  epoch: z.int(),
  from: z.int().min(1),
  to: z.int().min(1),
})
/** Of one order, the transitions from `from` to `to`, both included. */
export type OrderRange = z.infer<typeof orderRangeSchema>

export const traceMessageSchema = z.object({
  v: z.literal(1),
  orders: z.array(orderRangeSchema).min(1),
})
export type TraceMessage = z.infer<typeof traceMessageSchema>

/** Each may end a span. Others of a compensation may end that of its action. */
const TELLING: ReadonlySet<string> = new Set([
  'step-succeeded',
  'step-rejected',
  'step-compensated',
  'step-skipped',
  'step-parked',
  'saga-completed',
  'saga-compensated',
])

type Transition = SagaLogMessage['transitions'][number]

const isTelling = ({ events }: Transition): boolean =>
  events.some(
    (event) =>
      TELLING.has(event.type) || ('direction' in event && event.direction === 'compensation'),
  )

/** One message for all reports; null where none of them ends anything. */
export function traceMessageOf(
  reports: readonly Pick<SagaLogMessage, 'orderId' | 'epoch' | 'transitions'>[],
): TraceMessage | null {
  const ranges = new Map<string, OrderRange>()
  for (const { orderId, epoch, transitions } of reports) {
    for (const { seq } of transitions.filter(isTelling)) {
      const key = `${orderId}/${epoch}`
      const { from, to } = ranges.get(key) ?? { from: seq, to: seq }
      ranges.set(key, { orderId, epoch, from: Math.min(from, seq), to: Math.max(to, seq) })
    }
  }
  return ranges.size === 0 ? null : { v: 1, orders: [...ranges.values()] }
}
