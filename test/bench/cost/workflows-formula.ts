/**
 * What the same order costs on Cloudflare Workflows, by their price list: each step, the request that
 * places the order, and the request that the start of a workflow is. A rollback counts as a step.
 * Left out, in their favour: steps that are tried again, what is kept of them, and whatever tells
 * the shopper of the outcome.
 */
import { unreachable } from '../../../durable-objects/core/unreachable.ts'
import type { PlacedOrder } from '../../../durable-objects/order-rpc.ts'
import { stepsOf } from '../peers/commands.ts'
import { type Bill, billOf } from './bill.ts'
import type { OrderKind } from './order-kinds.ts'

export function workflowsBill(order: PlacedOrder, kind: OrderKind): Bill {
  return billOf([
    { what: 'workflow steps', perOrder: stepsRun(order, kind), price: 'workflowStep' },
    { what: 'Worker requests', perOrder: 1, price: 'workerRequest' },
    { what: 'workflows started', perOrder: 1, price: 'workerRequest' },
  ])
}

function stepsRun(order: PlacedOrder, kind: OrderKind): number {
  const { holds, commits } = stepsOf(order)
  const rollbacks = holds.length
  switch (kind) {
    case 'good':
      return holds.length + 1 + commits.length
    case 'declined':
      return holds.length + 1 + rollbacks
    case 'cancelled':
      return holds.length + rollbacks
    default:
      return unreachable(kind)
  }
}
