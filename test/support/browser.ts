/** A headless Chromium that comes with npm: no download, nothing from the system. */
import chromium from '@sparticuz/chromium'
import { type Browser, chromium as playwright } from 'playwright-core'

export async function launchBrowser(): Promise<Browser> {
  chromium.setGraphicsMode = false
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    // In one process the whole browser would end with the first window that is closed.
    args: chromium.args.filter((arg) => !['--single-process', '--no-zygote'].includes(arg)),
    headless: true,
  })
}
