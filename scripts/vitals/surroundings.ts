/** In what a page is measured: the machine as it is, and a phone on a mobile network. */
import type { BrowserContextOptions, Page } from 'playwright-core'

export type Surroundings = {
  name: string
  about: string
  options: BrowserContextOptions
  /** Before the page loads anything. */
  slowDown: (page: Page) => Promise<void>
}

const CPU_SLOWDOWN = 4
/** "Fast 4G" of Chrome's developer tools: nine tenths of 9 and 1.5 Mbit/s, 2.75 times 60 ms. */
const FAST_4G = {
  offline: false,
  downloadThroughput: (9_000_000 / 8) * 0.9,
  uploadThroughput: (1_500_000 / 8) * 0.9,
  latency: 60 * 2.75,
}

async function asAPhone(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', FAST_4G)
  await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN })
}

export const SURROUNDINGS: readonly Surroundings[] = [
  {
    name: 'desktop',
    about: 'this machine as it is, 1280 × 800',
    options: { viewport: { width: 1280, height: 800 } },
    slowDown: async () => {},
  },
  {
    name: 'phone',
    about: `processor ${CPU_SLOWDOWN} times slower, "Fast 4G", 390 × 844`,
    options: { viewport: { width: 390, height: 844 }, hasTouch: true },
    slowDown: asAPhone,
  },
]
