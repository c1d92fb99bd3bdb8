/** What the tabs of one browser say to each other, and what only one of them may do at a time. */

/** Messages are plain data; another tab may run another version of the page. */
export type Channel = { tell(message: unknown): void }

export type Tabs = {
  /** `hear` is called with what other tabs tell. */
  open(name: string, hear: (message: unknown) => void): Channel
  /** Runs `work` when no other tab runs its own; a tab that dies is no longer waited for. */
  alone<Result>(name: string, work: () => Promise<Result>): Promise<Result>
}

/** Null where a browser with blocked cookies refuses it: then the tab is alone. */
function channelOf(name: string): BroadcastChannel | null {
  try {
    return new BroadcastChannel(name)
  } catch (cause) {
    console.warn('This browser keeps the tabs of this page apart.', cause)
    return null
  }
}

export const browserTabs: Tabs = {
  open(name, hear) {
    const channel = channelOf(name)
    channel?.addEventListener('message', (event: MessageEvent<unknown>) => hear(event.data))
    return {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origins
      tell: (message) => channel?.postMessage(message),
    }
  },
  async alone(name, work) {
    // Only where the page came by HTTPS, or from this machine. Else two tabs may send the same: each
    // operation has a key, so it counts once. So it is where cookies are blocked, and locks refused.
    const { locks }: { locks?: LockManager | null } = navigator
    if (!locks) return work()
    let hasBegun = false
    const begin = () => {
      hasBegun = true
      return work()
    }
    try {
      return await locks.request(name, begin)
    } catch (error) {
      if (hasBegun) throw error
      return work()
    }
  },
}
