/** An order that is followed by its link: read again and again until it is settled. */
import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import { isOrderId } from '../../../durable-objects/core/ids.ts'
import type { FollowedOrder } from '../../../worker/api/follow-contract.ts'
import { ApiProblem } from '../api/client.ts'
import { readFollowed } from '../api/follow-api.ts'
import type { Connection } from './order-channels/choice.ts'
import { askAgain } from './order-channels/questions.ts'
import type { OrderLoad } from './use-order.ts'

export function useFollowedOrder(id: string, key: string, readOrder = readFollowed) {
  const order = shallowRef<FollowedOrder | null>(null)
  const answer = ref<'none' | 'good' | 'missing' | 'failed'>('none')
  let etag: string | null = null

  const load = computed<OrderLoad>(() => {
    if (answer.value === 'missing') return 'missing'
    if (order.value) return 'ready'
    return answer.value === 'failed' ? 'failed' : 'loading'
  })
  const connection = computed<Connection>(() => {
    if (order.value?.settled) return 'closed'
    return answer.value === 'failed' ? 'reconnecting' : 'polling'
  })

  /** Tells whether there was something new. */
  async function ask(): Promise<boolean> {
    if (!isOrderId(id)) return missing()
    try {
      const found = await readOrder(id, key, etag)
      answer.value = 'good'
      if (!found) return false
      etag = found.etag
      order.value = found.order
      if (found.order.settled) questions.stop()
      return true
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 404) return missing()
      answer.value = 'failed'
      return false
    }
  }

  function missing(): boolean {
    answer.value = 'missing'
    questions.stop()
    return false
  }

  const questions = askAgain(ask, Math.random)
  function begin(): void {
    answer.value = 'none'
    questions.start()
    questions.hurry()
  }
  begin()
  onScopeDispose(() => questions.stop())

  return { order, load, connection, retry: () => questions.hurry() }
}
