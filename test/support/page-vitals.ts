/** What a page says about itself: when it was painted, what moved on it, how soon it answered. */
import type { Page } from 'playwright-core'

/** The sum of all shifts, also of those that an input explains. For one page 0.1 is called good. */
export const SHIFT_MAX = 0.02

export type Shift = { value: number; path: string; what: string[] }
export type PageVitals = {
  firstPaintMs: number
  /** Of the largest thing that was painted before the first input. */
  largestPaintMs: number
  shifts: Shift[]
  /** From each input to the next frame, in steps of 8 ms; those below 16 ms are left out. */
  interactionsMs: number[]
}

declare global {
  interface Window {
    vitals: Omit<PageVitals, 'interactionsMs'> & { interactionMs: Record<number, number> }
  }
}

/** For `addInitScript`: runs in the page, before anything of its own. */
export function watchVitals(): void {
  const vitals: Window['vitals'] = {
    firstPaintMs: 0,
    largestPaintMs: 0,
    shifts: [],
    interactionMs: {},
  }
  window.vitals = vitals
  const see = (entry: PerformanceEntry): void => {
    switch (entry.entryType) {
      case 'paint':
        if (entry.name === 'first-contentful-paint') vitals.firstPaintMs = entry.startTime
        break
      case 'largest-contentful-paint':
        vitals.largestPaintMs = entry.startTime
        break
      case 'layout-shift': {
        if (!('value' in entry && 'sources' in entry && Array.isArray(entry.sources))) return
        const what = entry.sources.map(({ node }: { node?: Node }) =>
          node instanceof Element ? node.outerHTML.slice(0, 120) : String(node?.textContent),
        )
        vitals.shifts.push({ value: Number(entry.value), path: location.pathname, what })
        break
      }
      case 'event': {
        // Each input makes several events of one interaction, as a press and its release.
        const id = 'interactionId' in entry ? Number(entry.interactionId) : 0
        if (id === 0) return
        vitals.interactionMs[id] = Math.max(vitals.interactionMs[id] ?? 0, entry.duration)
      }
    }
  }
  const observer = new PerformanceObserver((list) => list.getEntries().forEach(see))
  observer.observe({ type: 'paint', buffered: true })
  observer.observe({ type: 'largest-contentful-paint', buffered: true })
  observer.observe({ type: 'layout-shift', buffered: true })
  const inputs = { type: 'event', buffered: true, durationThreshold: 16 }
  observer.observe(inputs)
}

export async function vitalsOf(page: Page): Promise<PageVitals> {
  const { interactionMs, ...rest } = await page.evaluate(() => window.vitals)
  return { ...rest, interactionsMs: Object.values(interactionMs) }
}

export const shiftSum = (shifts: readonly Shift[]): number =>
  shifts.reduce((sum, { value }) => sum + value, 0)
