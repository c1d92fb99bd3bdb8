/** Visitors of the shop that all tests share, in a browser of the test file's own. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, inject } from 'vitest'
import { launchBrowser } from './browser.ts'
import { type Visitor, type VisitorOptions, openVisitor } from './visitor.ts'

export type Visit = (options?: VisitorOptions, url?: string) => Promise<Visitor>

/** For the top of a file. Who is still there after its last test goes with the browser. */
export function useVisits(): Visit {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser.close())
  return (options, url = inject('shop').url) => openVisitor(browser, url, options)
}
