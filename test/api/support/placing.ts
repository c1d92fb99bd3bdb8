/** Orders as tests place them. */
import { beforeAll, beforeEach, vi } from 'vitest'
import type { ApiBindings } from '../../../worker/api/ports.ts'
import { stockCatalog } from './catalog.ts'
import { useDatabases } from './databases.ts'
import { customerOfNumber } from './doubles.ts'
import { asCustomer } from './requests.ts'

export const ORDER = {
  lines: [{ sku: 'MUG', quantity: 1 }],
  shipTo: { name: 'Ann', line1: '1 Road', city: 'Town', postalCode: '12345', country: 'US' },
  payment: { token: 'tok_visa' },
}
export const customerId = customerOfNumber(1)

export async function place(
  env: ApiBindings,
  key: string | undefined,
  json: unknown,
  headers = {},
) {
  const customer = await asCustomer(env, customerId)
  const withKey = key === undefined ? {} : { 'Idempotency-Key': key }
  return customer('POST /api/orders', { headers: { ...withKey, ...headers }, json })
}

/** Databases with a catalogue, and a spy on what is logged as an error in each test. */
export function usePlacing() {
  const databases = useDatabases()
  beforeAll(() => stockCatalog(databases().catalog))
  const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  beforeEach(() => {
    logged.mockClear()
  })
  return { databases, logged }
}
