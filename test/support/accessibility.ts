/** What axe finds on a page. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { untilStill } from './visitor.ts'

/** Its rules, each with the elements that break it; only what is serious or critical. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // A colour in the middle of a transition is no finding.
  await untilStill(page)
  // Legacy: without a page of its own for each verdict, which is half of the time, and not into frames.
  expect(page.frames()).toHaveLength(1)
  const { violations } = await new AxeBuilder({ page })
    .options({ resultTypes: ['violations'] })
    .setLegacyMode()
    .analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)
}

/** By how much the page scrolls sideways, in px, where its text is of such a size: `200%`. */
export async function sidewaysPx(page: Page, textSize = '100%'): Promise<number> {
  return page.evaluate((fontSize) => {
    const root = document.documentElement
    root.style.fontSize = fontSize
    const by = Math.max(0, root.scrollWidth - root.clientWidth)
    root.style.fontSize = ''
    return by
  }, textSize)
}

/** Controls that take touches on less than 44 by 44 px. Links within text are as high as its lines. */
export async function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const SIDE_PX_MIN = 44
    const found: string[] = []
    for (const control of document.querySelectorAll('a, button, input, select, summary')) {
      const target = control.closest('label') ?? control
      const { width, height } = target.getBoundingClientRect()
      const isInText = getComputedStyle(target).display === 'inline'
      // One px: what is for screen readers alone.
      if (isInText || width <= 1 || !control.checkVisibility({ visibilityProperty: true })) continue
      const around = getComputedStyle(target, '::after')
      const sideOf = (own: number, after: string): number =>
        around.position === 'absolute' ? Math.max(own, Number.parseFloat(after)) : own
      const sides = [sideOf(width, around.width), sideOf(height, around.height)].map(Math.round)
      if (sides.every((side) => side >= SIDE_PX_MIN)) continue
      const name = control.getAttribute('aria-label') ?? control.getAttribute('name')
      found.push(`${name ?? control.textContent.trim()}: ${sides.join(' by ')}`)
    }
    return found
  })
}
