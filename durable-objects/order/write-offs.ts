/** What operators have given up, told by the journal: the audit subtracts it. */
import type { WriteOff } from '../order-rpc.ts'
import type { OrderState, OrderTransition } from './state.ts'

export function writeOffsOf(
  order: OrderState,
  transitions: readonly OrderTransition[],
): WriteOff[] {
  return transitions.flatMap(({ sagaId, atMs, events }) => {
    // An intervention is journaled with what follows from it (E9).
    const intervention = events.find(({ type }) => type === 'operator-intervened')
    return events.flatMap((event) => {
      if (event.type !== 'step-skipped' || intervention?.type !== 'operator-intervened') return []
      const { step, direction } = event
      const { by, reason } = intervention
      const domain = order.sagas.get(sagaId)?.steps.get(step)?.plan.domain ?? ''
      return [{ sagaId, step, domain, direction, atMs, by, reason }]
    })
  })
}
