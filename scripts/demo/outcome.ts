/** How an order went, in one word and its reason. */
import type { Placed } from '../client/customer.ts'
import type { OrderView } from '../../worker/api/contract.ts'

export type Outcome =
  | { kind: 'refused'; code: string }
  | { kind: 'settled'; order: OrderView }
  /** Parked or still moving when the demo stopped waiting. */
  | { kind: 'unsettled'; order: OrderView }

export const refusal = (placed: Extract<Placed, { kind: 'refused' }>): Outcome => ({
  kind: 'refused',
  code: placed.code,
})

/** `confirmed`, `failed: card-declined`, `refused: out-of-stock`, `parked at commit-stock` … */
export function outcomeName(outcome: Outcome): string {
  if (outcome.kind === 'refused') return `refused: ${outcome.code}`
  const { order } = outcome
  if (outcome.kind === 'unsettled') {
    const parked = order.steps.find((step) => step.status === 'parked')
    return parked === undefined ? `still ${order.status}` : `parked at ${parked.name}`
  }
  return order.status === 'failed' ? `failed: ${order.failure?.code ?? '?'}` : order.status
}

export const countOf = (outcomes: Outcome[], name: string): number =>
  outcomes.filter((outcome) => outcomeName(outcome) === name).length
