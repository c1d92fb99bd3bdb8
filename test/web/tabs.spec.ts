/** What tabs say to each other, also where a browser with blocked cookies lets them say nothing. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { browserTabs } from '../../web/src/stores/optimistic/tabs.ts'

const refusal = () => new DOMException('The operation is insecure.', 'SecurityError')

type Request = (name: string, work: () => Promise<unknown>) => Promise<unknown>
const withLocks = (request: Request) => vi.stubGlobal('navigator', { locks: { request } })

afterEach(() => vi.unstubAllGlobals())

describe('where a browser with blocked cookies', () => {
  it('refuses channels, a tab speaks to itself', () => {
    vi.stubGlobal('BroadcastChannel', function refuse() {
      throw refusal()
    })
    const channel = browserTabs.open('a', () => {})
    expect(() => channel.tell('something')).not.toThrow()
  })

  it('refuses locks, the work is done without', async () => {
    withLocks(() => Promise.reject(refusal()))
    expect(await browserTabs.alone('a', async () => 'done')).toBe('done')
  })
})

it('work that fails is not done again without its lock', async () => {
  withLocks((_name, work) => work())
  let times = 0
  const work = async () => {
    times += 1
    throw new Error('failed')
  }
  await expect(browserTabs.alone('a', work)).rejects.toThrow('failed')
  expect(times).toBe(1)
})
