/** An order whose saga is parked: its card was declined, and its points cannot be given back. */
import { customerWith } from '../../scripts/client/customer.ts'
import { request } from '../../scripts/client/http.ts'
import type { Operator } from '../../scripts/client/operator.ts'
import { type OrderId, isCustomerId } from '../../durable-objects/core/ids.ts'
import { orderIdFor } from '../../worker/api/order-id.ts'
import { sessionSchema } from '../../worker/api/session-contract.ts'
import { NO_FAULTS } from '../../worker/domains/reads.ts'
import { orderOf, until } from './orders.ts'

export type ParkedOrder = {
  id: OrderId
  /** From now on its points can be given back. */
  mend: () => Promise<void>
}

/** Nobody else's order is touched; but a domain has faults for one order at a time. */
export async function parkOrder(url: string, operator: Operator): Promise<ParkedOrder> {
  const session = sessionSchema.parse(
    (await request(`${url}/api/session`, { method: 'POST' })).body,
  )
  if (!isCustomerId(session.customer)) throw new TypeError('the session names no customer')
  const key = crypto.randomUUID()
  const id = await orderIdFor(session.customer, key)
  await operator.setFaults('points', {
    ...NO_FAULTS,
    rejectRate: 1,
    only: { direction: 'compensation', sagaId: id },
  })
  const order = orderOf({ points: 100, payment: { token: 'tok_declined' } })
  const placed = await customerWith(url, session.token).place(order, key)
  if (placed.kind === 'refused') throw new Error(`${placed.code}: ${placed.title}`)
  await until(async () => (isParked(await operator.saga(id)) ? true : null), {
    withinMs: 30_000,
    what: `${id} is parked`,
  })
  return { id, mend: () => operator.setFaults('points', NO_FAULTS) }
}

const isParked = ({ transitions }: Awaited<ReturnType<Operator['saga']>>): boolean =>
  transitions.some(({ events }) => events.some(({ type }) => type === 'step-parked'))
