/**
 * The id of an order, before it exists. The web app computes it too, so that a page knows where
 * its order will be even if the answer to placing it is lost.
 *
 * I1. The same customer and key give the same id, for ever: a repeat reaches the same object.
 * I2. The id is no authority: the object checks whose order it is.
 */
import { type CustomerId, type OrderId, isOrderId } from '../../durable-objects/core/ids.ts'

const ID_HEX_DIGITS = 32

export async function orderIdFor(customer: CustomerId, key: string): Promise<OrderId> {
  const bytes = new TextEncoder().encode(`${customer}\n${key}`)
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
  const id = `ord_${hex.slice(0, ID_HEX_DIGITS)}`
  if (!isOrderId(id)) throw new RangeError(`not an order id: ${id}`)
  return id
}
