/** Pinia with the optimistic plugin, for one tab that remembers nothing by itself. */
import { type Pinia, createPinia, setActivePinia } from 'pinia'
import { createApp } from 'vue'
import type { Ports } from '../../../web/src/stores/optimistic/attach.ts'
import { memoryKeep } from '../../../web/src/stores/optimistic/keep.ts'
import { optimisticPlugin } from '../../../web/src/stores/optimistic/plugin.ts'

export function startPinia(ports: Partial<Ports> = {}): Pinia {
  const pinia = createPinia().use(
    optimisticPlugin({
      keep: memoryKeep(),
      tabs: {
        open: () => ({ tell: () => {} }),
        alone: (_name, work) => work(),
      },
      pause: () => Promise.resolve(),
      random: () => 0.5,
      now: () => '2026-11-23T10:00:00.000Z',
      ...ports,
    }),
  )
  // Plugins take effect with an app.
  createApp({}).use(pinia)
  setActivePinia(pinia)
  return pinia
}
