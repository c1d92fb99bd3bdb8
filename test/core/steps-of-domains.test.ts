/**
 * A step that its domain does not know, takes for another kind, or whose input it does not understand, would hold
 * orders until their deadline. Why it refuses one, a shopper is told.
 */
import { readFileSync, readdirSync } from 'node:fs'
import type { SQL } from 'drizzle-orm'
import { expect, it } from 'vitest'
import type { DefinitionRef } from '../../durable-objects/core/messages.ts'
import { TITLES } from '../../durable-objects/order/failure.ts'
import type { OrderTransition } from '../../durable-objects/order/state.ts'
import type { PlacedOrder } from '../../durable-objects/order-rpc.ts'
import { DEFINITIONS } from '../../durable-objects/sagas/registry.ts'
import { steps as payments } from '../../worker/domains/payments/steps.ts'
import type { Domain } from '../../worker/domains/reads.ts'
import { compile } from '../../worker/domains/statement.ts'
import { STORES, ofEachDomain } from '../support/each-domain.ts'

const ANSWERED = ofEachDomain((domain) => (domain === 'payments' ? payments : STORES[domain].steps))

const known = (domain: string, name: string) => {
  const step = Object.entries(ANSWERED).find(([one]) => one === domain)?.[1][name]
  return step && { kind: 'kind' in step ? step.kind : step.definition.kind, input: step.input }
}
const fileOf = (domain: string): string =>
  `worker/domains/${domain}/${domain === ('payments' satisfies Domain) ? 'steps' : 'store'}.ts`

const DEFINED = DEFINITIONS.map(({ ref, steps }) => ({ ...ref, steps }))

it.each(DEFINED)(
  '$name v$version asks each domain for steps that it has, of the same kind',
  ({ steps }) => {
    expect(steps.length).toBeGreaterThan(0)
    for (const { domain, name, kind } of steps) {
      const there = known(domain, name)?.kind ?? 'missing'
      expect(there, `${name} in \`steps\` of ${fileOf(domain)}`).toBe(kind)
    }
  },
)

it('no two sagas have a step in common: what a domain holds, it holds once for an order', () => {
  const sagas = Map.groupBy(
    DEFINED.flatMap(({ name: saga, steps }) => steps.map(({ name }) => ({ saga, name }))),
    ({ name }) => name,
  )
  const shared = [...sagas].flatMap(([name, uses]) => {
    const by = [...new Set(uses.map(({ saga }) => saga))]
    return by.length > 1 ? `${name} of ${by.join(' and ')}` : []
  })
  expect(shared, 'a later saga has steps of its own, with names and rows of their own').toEqual([])
})

type Journal = { transitions: OrderTransition[] }
const GOLDEN = new URL('golden/', import.meta.url)

/** The orders whose journals were kept, by the definitions that they ran. */
const ORDERS: { ref: DefinitionRef; order: PlacedOrder }[] = readdirSync(GOLDEN).flatMap((file) => {
  const { transitions }: Journal = JSON.parse(readFileSync(new URL(file, GOLDEN), 'utf8'))
  const events = transitions.flatMap((transition) => transition.events)
  const [order] = events.flatMap((event) => (event.type === 'order-placed' ? event.order : []))
  const begun = events.flatMap((event) => (event.type === 'saga-started' ? event.definition : []))
  return order ? begun.map((ref) => ({ ref, order })) : []
})

it.each(DEFINED)(
  '$name v$version: what a step carries comes through JSON, and its domain, as it was',
  ({ name, version, steps }) => {
    const orders = ORDERS.filter(({ ref }) => ref.name === name && ref.version === version)
    for (const step of steps) {
      const needing = orders.filter(({ order }) => step.needed(order))
      expect(
        needing.length,
        `no order in test/core/golden needs ${step.name}. Once an order began on v${version}, a new step goes into a ` +
          'new version. Until then: delete its journals, and write them as the head of write-golden.ts says, ' +
          'with what has an order need it',
      ).toBeGreaterThan(0)
      for (const { order } of needing) {
        const input = step.input(order)
        const where = `the input of ${step.name}`
        expect(JSON.parse(JSON.stringify(input)), `${where}, as JSON`).toStrictEqual(input)
        const read = known(step.domain, step.name)?.input.safeParse(input)
        const file = `worker/domains/${step.domain}/rules.ts`
        expect(read?.data ?? read?.error?.issues, `${where}, as ${file} reads it`).toStrictEqual(
          input,
        )
      }
    }
  },
)

/** Codes are words with hyphens, and nothing else in a condition is. */
const codesIn = (condition: SQL): string[] =>
  [...compile(condition).matchAll(/'([a-z]+(?:-[a-z]+)+)'/g)].map(([, code = '']) => code)

it.each(Object.entries(STORES))('a shopper is told why %s refused', (_domain, { steps }) => {
  const codes = Object.values(steps).flatMap(({ definition: { kind, action } }) =>
    kind === 'retriable' ? [] : codesIn(action.rejection),
  )
  expect(codes).not.toEqual([])
  expect(Object.keys(TITLES), 'TITLES in durable-objects/order/failure.ts').toEqual(
    expect.arrayContaining(codes),
  )
})
