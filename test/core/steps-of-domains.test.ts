/** A step that its domain does not know, or takes for another kind, would hold orders until their deadline. */
import { expect, it } from 'vitest'
import { DEFINITIONS } from '../../durable-objects/sagas/registry.ts'
import { steps as coupons } from '../../worker/domains/coupons/store.ts'
import { steps as inventory } from '../../worker/domains/inventory/store.ts'
import { steps as logistics } from '../../worker/domains/logistics/store.ts'
import { steps as payments } from '../../worker/domains/payments/steps.ts'
import { steps as points } from '../../worker/domains/points/store.ts'
import type { Domain } from '../../worker/domains/reads.ts'

type Known = { kind: string } | { definition: { kind: string } }

const ANSWERED: Record<Domain, Record<string, Known>> = {
  inventory,
  coupons,
  points,
  logistics,
  payments,
}
const KINDS = new Map(
  Object.entries(ANSWERED).flatMap(([domain, steps]) =>
    Object.entries(steps).map(([name, step]): [string, string] => [
      `${domain} ${name}`,
      'kind' in step ? step.kind : step.definition.kind,
    ]),
  ),
)

const DEFINED = DEFINITIONS.map(({ ref, steps }) => ({ ...ref, steps }))

it.each(DEFINED)(
  '$name v$version asks each domain for steps that it has, of the same kind',
  ({ steps }) => {
    const asked = steps.map(({ domain, name, kind }) => ({ is: `${domain} ${name}`, kind }))
    expect(asked.length).toBeGreaterThan(0)
    expect(asked.map(({ is, kind }) => `${is} ${kind}`)).toEqual(
      asked.map(({ is }) => `${is} ${KINDS.get(is)}`),
    )
  },
)
