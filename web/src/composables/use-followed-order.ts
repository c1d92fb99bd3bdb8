/** An order that is followed by its link: read again and again until it is settled. */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { isOrderId } from '../../../durable-objects/core/ids.ts'
import type { FollowedOrder } from '../../../worker/api/follow-contract.ts'
import { ApiProblem } from '../api/client.ts'
import { readFollowed } from '../api/follow-api.ts'
import type { Connection } from './order-channels/choice.ts'
import { askAgain } from './order-channels/questions.ts'
import type { OrderLoad } from './use-order.ts'

/**
 * `key` becomes another when a link is pasted over one that was cut short, and empty when the
 * address loses it: that is no reason to leave the order.
 */
export function useFollowedOrder(id: string, key: () => string, readOrder = readFollowed) {
  const followed = shallowRef(follow(id, key(), readOrder))
  watch(key, (other) => {
    if (other === '') return
    followed.value.stop()
    followed.value = follow(id, other, readOrder)
  })
  onScopeDispose(() => followed.value.stop())

  return {
    order: computed(() => followed.value.order.value),
    load: computed(() => followed.value.load.value),
    connection: computed(() => followed.value.connection.value),
    retry: () => followed.value.retry(),
  }
}

function follow(id: string, key: string, readOrder: typeof readFollowed) {
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
  questions.start()
  questions.hurry()

  return {
    order,
    load,
    connection,
    retry: () => questions.hurry(),
    stop: () => questions.stop(),
  }
}
