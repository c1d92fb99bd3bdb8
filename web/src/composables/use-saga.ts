/**
 * Runs a generator as a saga of the page: it waits for what the shopper does (`take`), calls, races,
 * forks, and is called off where the component that runs it goes away. The effects are redux-saga's.
 *
 * G1. It starts when its component is mounted or activated, and starts anew when it is activated again;
 *     without a component, at once.
 * G2. It is cancelled when the component is deactivated or unmounted, or its scope ends, with all that
 *     it forked. Its `finally` runs; `cancelled()` is true there.
 * G3. What is put while nothing runs is lost.
 */
import { type Task, runSaga, stdChannel } from '@redux-saga/core'
import { getCurrentInstance, onActivated, onDeactivated, onMounted, onScopeDispose, ref } from 'vue'

/** Effects are yielded; what each results in is what the generator's author says. */
export type PageSaga = () => Generator<unknown, void>

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names what is put
export function useSaga<Action extends { type: string }>(saga: PageSaga) {
  const isRunning = ref(false)
  /** What it threw; it does not run any more then. */
  const error = ref<unknown>(null)
  let channel = stdChannel<Action>()
  let task: Task | null = null

  function start(): void {
    if (task?.isRunning()) return
    channel = stdChannel<Action>()
    error.value = null
    isRunning.value = true
    const started = runSaga({ channel, onError: () => {} }, saga)
    task = started
    started.toPromise().then(
      () => ended(started),
      (thrown: unknown) => {
        if (task === started) error.value = thrown
        console.error(thrown)
        ended(started)
      },
    )
  }

  function ended(which: Task): void {
    if (task === which) isRunning.value = false
  }

  function stop(): void {
    task?.cancel()
    task = null
    isRunning.value = false
    channel.close()
  }

  if (getCurrentInstance()) {
    onMounted(start)
    onActivated(start)
    onDeactivated(stop)
  } else {
    start()
  }
  onScopeDispose(stop)

  return { put: (action: Action) => channel.put(action), isRunning, error }
}
