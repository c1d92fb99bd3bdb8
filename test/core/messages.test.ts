import { describe, expect, it } from 'vitest'
import { transitionSchema } from '../../durable-objects/core/events.ts'
import { commandSchema } from '../../durable-objects/core/messages.ts'

const orderId = `ord_${'7'.repeat(32)}`
const command = (input: unknown) => ({
  v: 1,
  orderId,
  sagaId: orderId,
  definition: { name: 'order-create', version: 1 },
  step: 'reserve-stock',
  direction: 'action',
  mode: 'execute',
  attempt: 1,
  budgetMs: 1_000,
  holdMs: 3_000,
  traceparent: '',
  input,
})
const transition = (events: unknown) => ({ seq: 1, sagaId: orderId, atMs: 1, events })

/** Deep enough to exhaust the stack of whoever follows it down. */
const bottomless: unknown = JSON.parse('['.repeat(60_000) + ']'.repeat(60_000))

describe('what a message may carry', () => {
  it.each([[null], [0.5], ['text'], [true], [[1, ['a', null]]], [{ lines: [{ sku: 'A' }] }]])(
    '%j is carried as it is',
    (input) => {
      expect(commandSchema.safeParse(command(input)).data?.input).toEqual(input)
    },
  )

  it.each([
    ['nothing', undefined],
    ['no number', NaN],
    ['a number without end', Infinity],
    ['a big integer', 1n],
    ['a date', new Date(0)],
    ['a map', new Map([['sku', 'A']])],
    ['nothing deep within', { lines: [{ sku: undefined }] }],
    ['nesting without bottom', bottomless],
  ])('%s is no JSON, and refused', (_what, input) => {
    expect(commandSchema.safeParse(command(input)).success).toBe(false)
  })

  it('an event needs a type, and may have whatever else a newer version writes', () => {
    const newer = { type: 'from-the-future', since: { version: 9 } }
    expect(transitionSchema.safeParse(transition([newer])).data?.events).toEqual([newer])
    for (const event of [{}, { type: 1 }, null, 'text', [], { type: 'deep', in: bottomless }]) {
      expect(transitionSchema.safeParse(transition([event])).success).toBe(false)
    }
  })
})
