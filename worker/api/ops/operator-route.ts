/** What all routes of operators have in common. */
import { z } from '@hono/zod-openapi'
import {
  type OrderId,
  type SagaId,
  isSagaId,
  orderIdOf,
} from '../../../durable-objects/core/ids.ts'
import { ProblemError } from '../problem-error.ts'
import { requireOperator } from './require-operator.ts'

export const operatorRoute = {
  tags: ['Operators'],
  security: [{ operator: [] }],
  middleware: requireOperator,
}

export const sagaParams = z.object({ id: z.string().describe('Of a saga, or of its order') })

/** Throws `saga-not-found` for what cannot be an id. */
export function parsedSagaId(id: string): { sagaId: SagaId; orderId: OrderId } {
  if (!isSagaId(id)) throw new ProblemError('saga-not-found')
  return { sagaId: id, orderId: orderIdOf(id) }
}
