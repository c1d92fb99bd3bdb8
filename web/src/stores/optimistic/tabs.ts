/** What the tabs of one browser say to each other, and what only one of them may do at a time. */

/** Messages are plain data; another tab may run another version of the page. */
export type Channel = { tell(message: unknown): void }

export type Tabs = {
  /** `hear` is called with what other tabs tell. */
  open(name: string, hear: (message: unknown) => void): Channel
  /** Runs `work` when no other tab runs its own; a tab that dies is no longer waited for. */
  alone<Result>(name: string, work: () => Promise<Result>): Promise<Result>
}

export const browserTabs: Tabs = {
  open(name, hear) {
    const channel = new BroadcastChannel(name)
    channel.addEventListener('message', (event: MessageEvent<unknown>) => hear(event.data))
    return {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origins
      tell: (message) => channel.postMessage(message),
    }
  },
  alone: async (name, work) => {
    // Only where the page came by HTTPS, or from this machine. Else two tabs may send the same: each
    // operation has a key, so it counts once.
    const { locks }: { locks?: LockManager | null } = navigator
    return locks ? locks.request(name, work) : await work()
  },
}
