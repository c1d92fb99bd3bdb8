/** Shops with an endpoint that takes their traces, for the tests of one file; and what they log. */
import { beforeEach, vi } from 'vitest'
import { useCollectors } from './collector.ts'
import { useDatabases } from './databases.ts'
import { orderIdOfNumber } from './doubles.ts'
import { TracedShop } from './traced-shop.ts'

let orders = 0
/** One for each test, and none twice. */
export const newOrder = () => orderIdOfNumber(0x7ace_0000 + (orders += 1))

export function useTracedShops() {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const failed = vi.spyOn(console, 'error').mockImplementation(() => {})
  vi.spyOn(console, 'log').mockImplementation(() => {})
  beforeEach(() => {
    warned.mockClear()
    failed.mockClear()
  })
  const databases = useDatabases()
  const newCollector = useCollectors()
  const linesOf = (spy: typeof failed) => spy.mock.calls.map(([line]) => JSON.parse(String(line)))

  return {
    databases,
    warnings: () => linesOf(warned),
    errors: () => linesOf(failed),
    shopWithCollector: async () => {
      const collector = await newCollector()
      return { collector, shop: new TracedShop(databases(), collector.url) }
    },
  }
}
