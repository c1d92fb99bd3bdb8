/** A headless Chromium that comes with npm: no download, nothing from the system. */
import chromium from '@sparticuz/chromium'
import { type Browser, type LaunchOptions, chromium as playwright } from 'playwright-core'

const LAUNCHES_MAX = 3

// Not the package's own list: that is for Lambda, runs everything in one process and turns web
// security off, which these tests are about.
const ARGS = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--headless=shell']

async function launchOnce(options: LaunchOptions): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: ARGS,
    headless: true,
    ...options,
  })
}

/** Tries again: under load the process was seen to crash at its start, once in a hundred. */
export async function launchBrowser(
  options: LaunchOptions = {},
  launchesLeft = LAUNCHES_MAX,
): Promise<Browser> {
  try {
    return await launchOnce(options)
  } catch (error) {
    if (launchesLeft <= 1) throw error
    return launchBrowser(options, launchesLeft - 1)
  }
}
