/**
 * Every definition that a journal may name. A version is removed only when no order began on it
 * is open any more: an order ends on the version that it began on.
 */
import { DOMAINS } from '../../worker/domains/reads.ts'
import {
  DefinitionError,
  type SagaDefinition,
  assertDistinct,
  assertDomains,
} from '../core/definition.ts'
import type { DefinitionRef } from '../core/messages.ts'
import type { PlacedOrder } from '../order-rpc.ts'
import { orderCreateV1, orderCreateV2 } from './order-create.ts'
import { orderReturnV1 } from './order-return.ts'

export const DEFINITIONS = registered(orderCreateV1, orderCreateV2, orderReturnV1)

/** What new orders begin on unless a rollout says otherwise, and new returns. */
export const ORDER_CREATE = listed(orderCreateV1)
export const ORDER_RETURN = listed(orderReturnV1)

/**
 * Throws a DefinitionError, and so does the program's start, where a step is of no domain of ours (D4),
 * or a version is there twice (D5).
 */
export function registered(
  ...definitions: SagaDefinition<PlacedOrder>[]
): readonly SagaDefinition<PlacedOrder>[] {
  for (const definition of definitions) assertDomains(definition, DOMAINS)
  assertDistinct(definitions)
  return definitions
}

/** The same; throws a DefinitionError where no journal that names it could be read. */
export function listed(definition: SagaDefinition<PlacedOrder>): SagaDefinition<PlacedOrder> {
  const { name, version } = definition.ref
  if (definitionOf(definition.ref) === definition) return definition
  throw new DefinitionError(
    `orders would begin on saga ${name} v${version}, which is not registered`,
  )
}

export function definitionOf(ref: DefinitionRef): SagaDefinition<PlacedOrder> | undefined {
  return DEFINITIONS.find(
    ({ ref: known }) => known.name === ref.name && known.version === ref.version,
  )
}

/** Ascending. */
export const versionsOf = (name: string): number[] =>
  DEFINITIONS.flatMap(({ ref }) => (ref.name === name ? ref.version : [])).toSorted(
    (one, other) => one - other,
  )

/** The same saga with another deadline, of which a third is kept for compensation. */
export function withDeadline<Order>(
  definition: SagaDefinition<Order>,
  deadlineMs: number,
): SagaDefinition<Order> {
  if (!(deadlineMs > 0)) {
    throw new RangeError(
      `SAGA_DEADLINE_MS in wrangler.toml must be a number of milliseconds above 0, not ${deadlineMs}`,
    )
  }
  return { ...definition, deadlineMs, compensationMs: Math.floor(deadlineMs / 3) }
}
