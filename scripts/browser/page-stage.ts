/** For scripts that look at the page: a browser, and a shop to look at. */
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../../test/support/browser.ts'
import { assertShopAnswers } from '../client/http.ts'
import { operatorTokenOf } from '../local/secrets.ts'
import { startTemporaryShop } from '../local/temporary-shop.ts'
import { EXIT_INTERRUPTED, endOnSignals } from '../terminal/lifetime.ts'
import { PATIENT } from '../../test/support/shop-for-tests.ts'
import { type Steps, stepsOn } from '../terminal/steps.ts'

export type PageStage = { url: string; operatorToken: string; browser: Browser; steps: Steps }

/** Without a `givenUrl` a shop is started on an empty state; whatever was begun ends with `work`. */
export async function onPageStage(
  purpose: string,
  givenUrl: string | undefined,
  work: (stage: PageStage) => Promise<void>,
): Promise<void> {
  if (givenUrl !== undefined) await assertShopAnswers(givenUrl)
  const lifetime = endOnSignals(EXIT_INTERRUPTED)
  const steps = stepsOn(process.stdout)
  // The signals are for the lifetime: the browser's own answer to them ends this process at once.
  const browser = await launchBrowser({
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  })
  let isEnding = false
  lifetime.add(() => {
    isEnding = true
    return browser.close()
  })
  try {
    let url = givenUrl?.replace(/\/$/, '') ?? ''
    let operatorToken = ''
    if (url === '') {
      await steps.run(async () => {
        const starting = startTemporaryShop(purpose, PATIENT)
        lifetime.add(async (graceMs) => {
          const shop = await starting.catch(() => null)
          await (graceMs > 0 ? shop?.stop() : shop?.kill())
        })
        ;({ url, operatorToken } = await starting)
        return `a shop of its own runs at ${url}`
      })
    } else {
      operatorToken = operatorTokenOf(process.env)
    }
    await work({ url, operatorToken, browser, steps })
  } catch (error) {
    // Whatever was under way fails when its browser goes; the signal itself ends this process.
    if (isEnding) await new Promise<never>(() => {})
    throw error
  } finally {
    await lifetime.end()
  }
}
