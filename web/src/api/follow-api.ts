/** The routes for an order that is followed by its link. */
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import type { FollowKey, FollowedOrder } from '../../../worker/api/follow-contract.ts'
import { ask } from './client.ts'

export const issueFollowKey = async (id: OrderId): Promise<FollowKey> =>
  (await ask<FollowKey>(`/api/orders/${id}/follow-key`, { method: 'POST' })).body

/** `null` when the order is still as `etag` says. */
export async function readFollowed(
  id: OrderId,
  key: string,
  etag: string | null,
): Promise<{ order: FollowedOrder; etag: string | null } | null> {
  const answer = await ask<FollowedOrder>(`/api/orders/${id}/followed`, {
    headers: { 'Follow-Key': key, ...(etag !== null && { 'If-None-Match': etag }) },
  })
  return answer.status === 304 ? null : { order: answer.body, etag: answer.etag }
}
