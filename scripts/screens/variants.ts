/** In what surroundings each page is looked at. */
import type { BrowserContextOptions } from 'playwright-core'

export type Variant = { name: string; options: BrowserContextOptions }

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true }
const DESKTOP = { viewport: { width: 1280, height: 800 } }

const DEVICES = [
  ['phone', PHONE],
  ['desktop', DESKTOP],
] as const

const LOOKS = [
  ['light', { locale: 'en-US', colorScheme: 'light' }],
  ['dark', { locale: 'en-US', colorScheme: 'dark' }],
  ['arabic', { locale: 'ar-EG', colorScheme: 'light' }],
] as const

export const VARIANTS: readonly Variant[] = DEVICES.flatMap(([device, screen]) =>
  LOOKS.map(([look, options]) => ({
    name: `${device}-${look}`,
    // What moves for ever would be caught anywhere in its movement.
    options: { ...screen, ...options, reducedMotion: 'reduce' as const },
  })),
)
