import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { all, call, cancelled, delay, fork, race, take } from '@redux-saga/core/effects'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Component, KeepAlive, createApp, effectScope, h, nextTick, ref } from 'vue'
import { type PageSaga, useSaga } from '../../web/src/composables/use-saga.ts'

// Vue keeps what it would tell to its developer tools until they are there; these are, and keep nothing.
vi.hoisted(() => {
  Object.assign(globalThis, { __VUE_DEVTOOLS_GLOBAL_HOOK__: { emit: () => {}, once: () => {} } })
})

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

type Action = { type: 'go'; to?: string } | { type: 'stop' }
type Saga = ReturnType<typeof useSaga<Action>>

let told: string[]
let running: Saga

beforeEach(() => {
  told = []
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

/** A saga in a component that can be shown, kept alive, and taken away. */
function mount(saga: PageSaga, keepAlive = false) {
  const isShown = ref(true)
  const child: Component = {
    setup() {
      running = useSaga<Action>(saga)
      return () => h('p')
    },
  }
  const app = createApp({
    render() {
      const content = isShown.value ? h(child) : null
      return keepAlive ? h(KeepAlive, () => content) : content
    },
  })
  app.mount(document.createElement('div'))
  return { isShown, unmount: () => app.unmount() }
}

function* listening(): Generator<unknown, void, Action & boolean> {
  told.push('started')
  try {
    for (;;) {
      const action: Action = yield take('go')
      told.push(action.type === 'go' ? (action.to ?? 'go') : 'stop')
    }
  } finally {
    const isCancelled: boolean = yield cancelled()
    told.push(isCancelled ? 'cancelled' : 'done')
  }
}

describe('a saga of a component', () => {
  it('starts when it is mounted, takes what is put, and is cancelled when it is unmounted', () => {
    const { unmount } = mount(listening)
    expect(running.isRunning.value).toBe(true)
    running.put({ type: 'go', to: 'checkout' })
    unmount()
    running.put({ type: 'go', to: 'nowhere' })
    expect(told).toEqual(['started', 'checkout', 'cancelled'])
    expect(running.isRunning.value).toBe(false)
  })

  it('that is kept alive is cancelled when it is hidden, and starts anew when it is shown', async () => {
    const { isShown, unmount } = mount(listening, true)
    isShown.value = false
    await nextTick()
    expect(told).toEqual(['started', 'cancelled'])
    isShown.value = true
    await nextTick()
    running.put({ type: 'go' })
    expect(told).toEqual(['started', 'cancelled', 'started', 'go'])
    unmount()
  })

  it('takes all that it forked along', async () => {
    function* ticking(): Generator<unknown, void> {
      for (;;) {
        yield delay(1_000)
        told.push('tick')
      }
    }
    function* both(): Generator<unknown, void> {
      yield fork(ticking)
      yield all([take('go'), take('stop')])
    }
    const { unmount } = mount(both)
    await vi.advanceTimersByTimeAsync(2_500)
    unmount()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(told).toEqual(['tick', 'tick'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('races what the shopper does against time, and calls off what lost', async () => {
    const request = vi.fn<() => Promise<string>>(() => new Promise(() => {}))
    function* impatient(): Generator<unknown, void, { late?: boolean; answer?: string }> {
      const { late } = yield race({ answer: call(request), late: delay(3_000) })
      told.push(late ? 'late' : 'answered')
    }
    mount(impatient)
    await vi.advanceTimersByTimeAsync(3_000)
    expect(request).toHaveBeenCalledTimes(1)
    expect(told).toEqual(['late'])
    expect(running.isRunning.value).toBe(false)
  })

  it('that throws says so, and no longer runs', async () => {
    const complaints = vi.spyOn(console, 'error').mockReturnValue()
    // oxlint-disable-next-line require-yield -- it does not come so far
    mount(function* broken() {
      throw new TypeError('no price')
    })
    await vi.advanceTimersByTimeAsync(0)
    expect(running.error.value).toBeInstanceOf(TypeError)
    expect(running.isRunning.value).toBe(false)
    expect(complaints).toHaveBeenCalledTimes(1)
  })
})

it('without a component it starts at once, and ends with its scope', () => {
  const scope = effectScope()
  scope.run(() => (running = useSaga<Action>(listening)))
  running.put({ type: 'go' })
  scope.stop()
  expect(told).toEqual(['started', 'go', 'cancelled'])
})

it('a thousand mounts leave nothing behind', async () => {
  const ends = { begun: 0, cancelled: 0 }
  function* waiting(): Generator<unknown, void> {
    ends.begun += 1
    try {
      yield fork(listening)
      yield delay(60_000)
    } finally {
      ends.cancelled += 1
    }
  }
  const mounts = Array.from({ length: 1_000 }, () => new WeakRef(mountAndForget(waiting)))
  expect(ends).toEqual({ begun: 1_000, cancelled: 1_000 })
  expect(vi.getTimerCount()).toBe(0)
  expect(told.filter((word) => word === 'cancelled')).toHaveLength(1_000)
  vi.useRealTimers()
  // The collector may take its time with the last of them.
  expect(await leftOf(mounts)).toBeLessThan(10)
})

/** Something that lives as long as the component's own objects do. */
function mountAndForget(saga: PageSaga): object {
  const { unmount, isShown } = mount(saga)
  unmount()
  return isShown
}

async function leftOf(references: WeakRef<object>[]): Promise<number> {
  let left = references
  for (let round = 0; round < 20 && left.length > 0; round += 1) {
    await new Promise((resolve) => {
      setTimeout(resolve, 0)
    })
    collectGarbage()
    left = left.filter((reference) => reference.deref() !== undefined)
  }
  return left.length
}
