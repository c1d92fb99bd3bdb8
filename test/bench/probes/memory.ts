/**
 * What workerd's memory grows by, by orders that are open: each asks for its payment again and again, so
 * its object stays awake. From half of them to all of them; garbage that was not collected yet is in it.
 */
import { fillBasket } from '../basket.ts'
import type { Memory } from '../result.ts'
import { shopWorkers } from '../stand-workers.ts'
import { openStand } from '../stand.ts'
import { stockUp } from '../supplies.ts'
import type { Surroundings } from '../surroundings.ts'
import { holdLedger, openOrders } from './open-orders.ts'
import { residentBytes, workerdOf } from './resident-memory.ts'

const BYTES_PER_MIB = 1024 ** 2
const PER = 1_000

export async function measureMemory(
  count: number,
  { signal, onStop }: Surroundings,
): Promise<Memory> {
  const stand = await openStand(onStop, shopWorkers)
  try {
    await stockUp(stand)
    const basket = await fillBasket(stand)
    await holdLedger(stand)
    const half = Math.ceil(count / 2)
    // What is made once, on first use, is no order's.
    await openOrders(stand, basket, half)
    signal.throwIfAborted()
    const workerd = workerdOf(process.pid)
    const before = residentBytes(workerd)
    const { length: added } = await openOrders(stand, basket, half)
    const grown = residentBytes(workerd) - before
    return {
      orders: half + added,
      halfwayMib: Math.round(before / BYTES_PER_MIB),
      mibPerThousand: Math.round((grown / BYTES_PER_MIB / added) * PER),
    }
  } finally {
    await stand.stop()
  }
}
