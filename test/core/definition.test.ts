import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  DefinitionError,
  type InputsByStep,
  defineSaga,
} from '../../durable-objects/core/definition.ts'
import type { PlacedOrder } from '../../durable-objects/order-rpc.ts'
import {
  DEFINITIONS,
  ORDER_CREATE,
  ORDER_RETURN,
  listed,
  registered,
  withDeadline,
} from '../../durable-objects/sagas/registry.ts'

const step = { domain: 'd', input: () => null }
const define = defineSaga<{ total: number }, InputsByStep>()

describe('defineSaga', () => {
  it('D2: the pivot waits for every compensatable step, a retriable one for the pivot', () => {
    const { steps } = define({
      name: 'trip',
      version: 1,
      retriable: { ticket: step, letter: { ...step, after: ['ticket'] } },
      pivot: { name: 'pay', ...step },
      compensatable: { transfer: { ...step, after: ['flight'] }, flight: step },
    })
    expect(steps.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'flight compensatable',
      'transfer compensatable',
      'pay pivot',
      'ticket retriable',
      'letter retriable',
    ])
    expect([...(steps.at(-1)?.ancestors ?? [])].toSorted()).toEqual([
      'flight',
      'pay',
      'ticket',
      'transfer',
    ])
  })

  it('D1: a step cannot come after one of another kind; that does not compile either', () => {
    expect(() =>
      define({
        name: 'mixed',
        version: 1,
        // @ts-expect-error `pay` is the pivot, not a compensatable step
        compensatable: { hold: { ...step, after: ['pay'] } },
        pivot: { name: 'pay', ...step },
      }),
    ).toThrow(DefinitionError)
    expect(() =>
      define({
        name: 'mixed',
        version: 1,
        compensatable: { hold: step },
        // @ts-expect-error `hold` is no retriable step
        retriable: { finish: { ...step, after: ['hold'] } },
      }),
    ).toThrow(DefinitionError)
    expect(() =>
      define({
        name: 'mixed',
        version: 1,
        // @ts-expect-error a pivot has nothing to name: it comes after all
        pivot: { name: 'pay', ...step, after: ['hold'] },
      }),
    ).toThrow(DefinitionError)
  })

  it('types the order that inputs are made of', () => {
    define({
      name: 'typed',
      version: 1,
      // @ts-expect-error an order has no `price`
      compensatable: { hold: { domain: 'd', input: (order) => order.price } },
    })
    expect(ORDER_CREATE.ref).toEqual({ name: 'order-create', version: 1 })
  })

  it('D6: a step carries what its domain takes; another input does not compile', () => {
    type Inputs = { hold: { seats: number }; pay: { cents: number } }
    const typed = defineSaga<{ total: number }, Inputs>()
    const ref = { name: 'typed', version: 1 }
    const hold = { domain: 'd', input: () => ({ seats: 1 }) }
    typed({
      ...ref,
      compensatable: { hold },
      pivot: { name: 'pay', domain: 'd', input: ({ total }) => ({ cents: total }) },
    })
    // @ts-expect-error no `seats`
    typed({ ...ref, compensatable: { hold: { domain: 'd', input: () => ({ seat: 1 }) } } })
    // @ts-expect-error no `cents`
    typed({ ...ref, pivot: { name: 'pay', ...hold } })
    // @ts-expect-error no domain answers `holt`
    typed({ ...ref, compensatable: { holt: hold } })
    // @ts-expect-error nor `pya`
    typed({ ...ref, pivot: { name: 'pya', ...hold } })
    // @ts-expect-error the input of `hold` is not that of `pay`
    const { steps } = typed({ ...ref, retriable: { pay: hold } })
    expect(steps.map(({ name }) => name)).toEqual(['pay'])
  })

  it.each([
    [
      'trip v1: a comes after itself: a after b after a',
      { compensatable: { a: { ...step, after: ['b'] }, b: { ...step, after: ['a'] } } },
    ],
    [
      'trip v1: a is after z, no compensatable step',
      { compensatable: { a: { ...step, after: ['z'] } } },
    ],
    [
      'trip v1: two steps are called a: the domain would take one for the other',
      { compensatable: { a: step }, pivot: { name: 'a', ...step } },
    ],
    ['trip v1: it has no steps', {}],
    ['trip v0: the version is not an integer ≥ 1', { version: 0, compensatable: { a: step } }],
    [
      'No Name v1: the name "No Name" is not in kebab-case',
      { name: 'No Name', compensatable: { a: step } },
    ],
    ['trip v1: the step A_b is not in kebab-case', { compensatable: { A_b: step } }],
    [
      'trip v1: compensationMs is not within deadlineMs',
      { compensationMs: 3_000, compensatable: { a: step } },
    ],
    [
      'trip v1: a waits 2000 ms for an answer, and has 2000 ms until it is too late to ask again',
      { compensatable: { a: { ...step, timeoutMs: 2_000 } } },
    ],
    [
      'trip v1: pay waits 1000 ms for an answer, and has 400 ms until it is too late to ask again',
      { deadlineMs: 600, pivot: { name: 'pay', ...step } },
    ],
    [
      'trip v1: the timeoutMs of a is not above 0',
      { retriable: { a: { ...step, timeoutMs: Number.NaN } } },
    ],
  ])('D3, D7: refuses %s', (complaint, spec) => {
    // The compiler refuses some of these itself; here they come as plain data.
    const untyped: object = { name: 'trip', version: 1, ...spec }
    const refusal = new DefinitionError(`saga ${complaint}`)
    expect(() => Reflect.apply(define, undefined, [untyped])).toThrow(refusal)
  })

  it('D4: refuses a domain that the shop does not have, before an order waits for it', () => {
    const misspelt = defineSaga<PlacedOrder, InputsByStep>()({
      name: 'saga',
      version: 1,
      retriable: { finish: { domain: 'inventroy', input: () => null } },
    })
    expect(() => registered(misspelt)).toThrow(DefinitionError)
    expect(() => registered(misspelt)).toThrow(/finish .* inventroy/)
    expect(registered(ORDER_CREATE, ORDER_RETURN)).toHaveLength(2)
  })

  it('D5: refuses a version that is there already, and to begin orders on one that is not', () => {
    const { name, version } = ORDER_CREATE.ref
    const copied = defineSaga<PlacedOrder, InputsByStep>()({
      name,
      version,
      retriable: { finish: { domain: 'inventory', input: () => null } },
    })
    expect(() => registered(ORDER_CREATE, copied)).toThrow(DefinitionError)
    expect(() => registered(ORDER_CREATE, copied)).toThrow(
      `saga ${name} v${version} is there twice`,
    )
    expect(() => listed(copied)).toThrow(`saga ${name} v${version}, which is not registered`)
    expect(listed(ORDER_CREATE)).toBe(ORDER_CREATE)
  })

  it('a definition that is written is registered, so that a rollout can name it', async () => {
    const folder = new URL('../../durable-objects/sagas/', import.meta.url)
    const files = readdirSync(folder).filter((file) => file !== 'registry.ts')
    const written = await Promise.all(
      files.map(async (file) => Object.entries<unknown>(await import(new URL(file, folder).href))),
    )
    const definitions = written
      .flat()
      .filter(([, value]) => typeof value === 'object' && value !== null && 'ref' in value)
    const known = new Set<unknown>(DEFINITIONS)
    const missing = definitions.flatMap(([name, value]) => (known.has(value) ? [] : name))
    expect(missing, 'DEFINITIONS in durable-objects/sagas/registry.ts').toEqual([])
    expect(definitions).toHaveLength(DEFINITIONS.length)
  })

  it.each([Number('3s'), 0, -1])(
    'a deadline of %d ms is refused, with what it must be and where it is set',
    (ms) => {
      expect(() => withDeadline(ORDER_CREATE, ms)).toThrow(
        `SAGA_DEADLINE_MS in wrangler.toml must be a number of milliseconds above 0, not ${ms}`,
      )
    },
  )

  it('the order saga holds four things side by side, charges, and makes them final', () => {
    expect(namesOf('compensatable')).toEqual([
      'reserve-stock',
      'redeem-coupon',
      'freeze-points',
      'reserve-delivery',
    ])
    expect(namesOf('pivot')).toEqual(['charge-card'])
    expect(namesOf('retriable')).toEqual([
      'commit-stock',
      'commit-coupon',
      'deduct-points',
      'book-delivery',
    ])
    expect(ORDER_RETURN.steps.every(({ kind }) => kind === 'retriable')).toBe(true)
    expect(ORDER_CREATE.deadlineMs).toBe(3_000)
  })
})

const namesOf = (kind: string) =>
  ORDER_CREATE.steps.filter((one) => one.kind === kind).map(({ name }) => name)
