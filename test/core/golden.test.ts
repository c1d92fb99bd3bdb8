/**
 * Journals that were written by released versions of the order saga. They are read, never
 * written: when one of these tests fails, the code can no longer go on with orders that are open.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import {
  type OrderState,
  type OrderTransition,
  evolveOrder,
} from '../../durable-objects/order/state.ts'
import { orderView } from '../../durable-objects/order/view.ts'
import { DEFINITIONS, definitionOf } from '../../durable-objects/sagas/registry.ts'
import { GOLDEN_ORDER_ID, type GoldenInput, run } from './golden-run.ts'

type Golden = {
  definition: { name: string; version: number }
  inputs: GoldenInput[]
  transitions: OrderTransition[]
  view: object
}
const golden = (name: string): Golden =>
  JSON.parse(readFileSync(new URL(`golden/${name}.json`, import.meta.url), 'utf8'))

function folded(name: string): OrderState {
  const order = golden(name).transitions.reduce<OrderState | null>(
    (state, transition) => evolveOrder(state, GOLDEN_ORDER_ID, transition),
    null,
  )
  if (!order) throw new Error(`${name} is the journal of no order`)
  return order
}

const NAMES = [
  'order-create-v1-completed',
  'order-create-v1-compensated',
  'order-create-v1-skipped',
  'order-create-v1-restored',
  'order-create-v2-completed',
  'order-create-v2-compensated',
  'order-return-v1-completed',
]

it('all that were kept are there, and all that are there are read', () => {
  const files = readdirSync(new URL('golden', import.meta.url))
  expect(files.toSorted()).toEqual(NAMES.map((name) => `${name}.json`).toSorted())
})

it.each(DEFINITIONS.map(({ ref }) => ref))(
  'of $name v$version there are some',
  ({ name, version }) => {
    const journals = NAMES.filter((kept) => kept.startsWith(`${name}-v${version}-`))
    expect(
      journals,
      `npx node test/core/write-golden.ts ${name} ${version} makes them; its head says of which order. Then NAMES has them`,
    ).not.toEqual([])
  },
)

it.each(NAMES)('O1: %s folds to the order that it was', (name) => {
  // It may tell more than it did then.
  expect(orderView(folded(name), null)).toMatchObject(golden(name).view)
})

it.each(NAMES.filter((name) => name.endsWith('-compensated')))(
  'a shopper is told of all that was given back in %s',
  (name) => {
    const order = folded(name)
    const { steps, failure } = orderView(order, null)
    const givenBack = steps.filter(({ status }) => status === 'compensated')
    expect(
      failure?.released.map(({ domain }) => domain),
      '`heldBy` in durable-objects/order/failure.ts',
    ).toEqual(givenBack.map(({ domain }) => domain))
  },
)

it.each(NAMES)('the engine decides today as it did in %s', (name) => {
  const { definition, inputs, transitions } = golden(name)
  const found = definitionOf(definition)
  const [placed] = transitions[0]?.events ?? []
  if (!found || placed?.type !== 'order-placed') throw new Error('nothing that is known was placed')
  expect(
    run(found, inputs, placed.order).transitions,
    'orders have begun on this definition, and end on it: what differs goes into a new version, in durable-objects/sagas',
  ).toEqual(transitions)
})
