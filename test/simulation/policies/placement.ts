/** Which isolate takes what: by chance, and the same for every policy. */
import type { Chance } from '../chance.ts'
import { DRAW } from './draws.ts'
import type { Order } from './order.ts'
import { ORDERS_PER_ISOLATE } from './parameters.ts'

export const isolatesFor = (ordersPerSecond: number): number =>
  Math.ceil(ordersPerSecond / ORDERS_PER_ISOLATE)

/** `which`: 0 for the API that takes it in, 1 for its object. */
export const isolateOf = ({ index }: Order, which: 0 | 1, chance: Chance, count: number): number =>
  Math.floor(chance.nth(DRAW.isolate, index, which) * count)
