/** A picture of what is in the window, once it stands still. */
import type { Page } from 'playwright-core'
import { untilStill } from '../../test/support/visitor.ts'

const WEBP_QUALITY = 80

/** Whatever the way here has left: where it was clicked and scrolled, and pictures that still load. */
async function rest(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      !navigator.onLine ||
      location.pathname === '/console' ||
      document.querySelector('[data-points]') !== null,
  )
  await page.mouse.move(0, 0)
  await page.evaluate(async () => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    scrollTo({ top: 0, behavior: 'instant' })
    await document.fonts.ready
    const inWindow = [...document.images].filter(
      (it) => it.getBoundingClientRect().top < innerHeight,
    )
    await Promise.all(inWindow.map((it) => it.decode()))
    await new Promise((resolve) => requestAnimationFrame(resolve))
  })
  await untilStill(page)
}

/** WebP: as PNG it would be several times larger. The driver itself has PNG and JPEG only. */
export async function capture(page: Page): Promise<Buffer> {
  await rest(page)
  const session = await page.context().newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', {
    format: 'webp',
    quality: WEBP_QUALITY,
  })
  await session.detach()
  return Buffer.from(data, 'base64')
}
