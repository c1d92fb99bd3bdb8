import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  canonicalJson,
  hashBody,
  parseIdempotencyKey,
} from '../../worker/api/orders/idempotency-key.ts'
import { etagOf } from '../../worker/api/order-version.ts'
import { versionOf } from '../../worker/api/orders/order-headers.ts'
import { traceparentOf } from '../../worker/traces/traceparent.ts'

describe('If-Match', () => {
  it('reads what ETag wrote, weak or strong', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(), (epoch, version) => {
        expect(versionOf(etagOf({ epoch, version }))).toEqual({ epoch, version })
        expect(versionOf(`W/${etagOf({ epoch, version })}`)).toEqual({ epoch, version })
      }),
    )
  })

  it.each([
    '5',
    '"5',
    '5"',
    '"v5"',
    '"-5"',
    '*',
    '',
    '"5", "6"',
    'w/"5"',
    '"2."',
    '".5"',
    '"1.2.3"',
    '"9999999999999999"',
  ])('%s is not one version', (header) => {
    expect(() => versionOf(header)).toThrow(expect.objectContaining({ code: 'if-match-invalid' }))
  })
})

describe('Idempotency-Key', () => {
  it.each(['a', '!~', 'k'.repeat(255)])('%s is usable', (key) => {
    expect(parseIdempotencyKey(key)).toBe(key)
  })

  it.each(['', ' ', 'a b', 'k'.repeat(256), 'ключ', 'a\tb'])('%j is not', (key) => {
    expect(() => parseIdempotencyKey(key)).toThrow(
      expect.objectContaining({ code: 'idempotency-key-invalid' }),
    )
  })

  it('is required', () => {
    expect(() => parseIdempotencyKey(undefined)).toThrow(
      expect.objectContaining({ code: 'idempotency-key-required' }),
    )
  })
})

describe('the hash of a body', () => {
  it('does not depend on the order of fields, at any depth', async () => {
    const one = { lines: [{ sku: 'A', quantity: 1 }], shipTo: { name: 'x', city: 'y' } }
    const other = { shipTo: { city: 'y', name: 'x' }, lines: [{ quantity: 1, sku: 'A' }] }
    expect(await hashBody(one)).toBe(await hashBody(other))
    expect(await hashBody(one)).toMatch(/^[0-9a-f]{64}$/)
  })

  it('depends on the order of lines, and on each value', async () => {
    const hashes = await Promise.all(
      [{ a: [1, 2] }, { a: [2, 1] }, { a: ['1', 2] }, { a: [1, 2], b: null }].map(hashBody),
    )
    expect(new Set(hashes).size).toBe(4)
  })

  it('loses nothing: its JSON reads back as what was hashed', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })
})

describe('traceparent', () => {
  const wellFormed = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

  it('is taken over where it is well-formed', () => {
    expect(traceparentOf(wellFormed)).toBe(wellFormed)
  })

  it.each([
    undefined,
    '',
    wellFormed.toUpperCase(),
    `01${wellFormed.slice(2)}`,
    `${wellFormed}-extra`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`,
  ])('%s begins a new trace', (header) => {
    const made = traceparentOf(header)
    expect(made).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    expect(made).not.toBe(header)
    expect(traceparentOf(header)).not.toBe(made)
  })
})
