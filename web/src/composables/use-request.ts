/** One request whose newest answer counts. Data and request have a status of their own each. */
import { ref, shallowRef } from 'vue'
import type { RequestStatus } from '../stores/shop.ts'

export function useRequest<Input extends unknown[], Output>(
  request: (...input: Input) => Promise<Output>,
) {
  const data = shallowRef<Output | null>(null)
  const error = shallowRef<unknown>(null)
  const status = ref<RequestStatus>('idle')
  let newest = 0

  async function run(...input: Input): Promise<void> {
    newest += 1
    const mine = newest
    status.value = 'loading'
    try {
      const output = await request(...input)
      if (mine !== newest) return
      data.value = output
      error.value = null
      status.value = 'idle'
    } catch (thrown) {
      if (mine !== newest) return
      error.value = thrown
      status.value = 'failed'
    }
  }

  return { data, error, status, run }
}
