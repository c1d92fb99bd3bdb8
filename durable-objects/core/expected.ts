/** How long an order will take, as far as what it needs tells lately. */
import type { SagaDefinition } from './definition.ts'

/**
 * Until its pivot is decided, in milliseconds, if every step takes what its domain lets expect: the
 * longest way through the steps.
 */
export function expectedMs<Order>(
  definition: SagaDefinition<Order>,
  order: Order,
  stepMs: (domain: string) => number,
): number {
  const endsAtMs = new Map<string, number>()
  for (const { name, kind, domain, ancestors, needed } of definition.steps) {
    if (kind === 'retriable' || !needed(order)) continue
    const startsAtMs = Math.max(0, ...[...ancestors].map((earlier) => endsAtMs.get(earlier) ?? 0))
    endsAtMs.set(name, startsAtMs + stepMs(domain))
  }
  return Math.max(0, ...endsAtMs.values())
}
