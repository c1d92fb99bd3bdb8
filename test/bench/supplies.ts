/** Plenty of everything, so that an order fails only where it is meant to. */
import { randomBytes } from 'node:crypto'
import { type CustomerId, isCustomerId } from '../../durable-objects/core/ids.ts'
import { concurrently } from '../../scripts/terminal/concurrently.ts'
import { issueToken } from '../../worker/api/session/session-token.ts'
import type { Stand } from './stand.ts'

const UNITS = 1_000_000
const PARCELS_PER_DAY = 1_000_000
const POINTS_EACH = 1_000
const ROWS_PER_STATEMENT = 1_000
const CUSTOMER_ID_BYTES = 16
const SIGNED_AT_A_TIME = 16

export type Customer = { id: CustomerId; token: string }

export async function stockUp({ database }: Stand): Promise<void> {
  const [inventory, logistics] = await Promise.all([
    database('edge-saga-inventory'),
    database('edge-saga-logistics'),
  ])
  await Promise.all([
    inventory
      .prepare('update stock set received = received + ?1, on_hand = on_hand + ?1')
      .bind(UNITS)
      .run(),
    logistics.prepare('update region set daily_capacity = ?1').bind(PARCELS_PER_DAY).run(),
  ])
}

/** New customers with points, signed in: each may use the coupon once. */
export async function admit(stand: Stand, count: number): Promise<Customer[]> {
  const ids = Array.from({ length: count }, newCustomerId)
  const points = await stand.database('edge-saga-points')
  for (let from = 0; from < count; from += ROWS_PER_STATEMENT) {
    await points
      .prepare(
        `insert into account (customer, granted, available)
         select value, ?2, ?2 from json_each(?1)`,
      )
      .bind(JSON.stringify(ids.slice(from, from + ROWS_PER_STATEMENT)), POINTS_EACH)
      .run()
  }
  const nowMs = Date.now()
  return concurrently(ids, SIGNED_AT_A_TIME, async (id) => ({
    id,
    token: await issueToken(id, stand.sessionSecret, nowMs),
  }))
}

function newCustomerId(): CustomerId {
  const id = `cus_${randomBytes(CUSTOMER_ID_BYTES).toString('hex')}`
  if (!isCustomerId(id)) throw new RangeError(`not a customer id: ${id}`)
  return id
}
