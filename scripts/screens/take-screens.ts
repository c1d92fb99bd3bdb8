/** Photographs pages in all variants, each as a new visitor would see it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openVisitor } from '../../test/support/visitor.ts'
import type { PageStage } from '../browser/page-stage.ts'
import { readablePath } from '../local/project.ts'
import { concurrently } from '../terminal/concurrently.ts'
import { capture } from './capture.ts'
import { CONSOLE_PAGES } from './console-pages.ts'
import { ORDER_PAGES } from './order-pages.ts'
import { SHOP_PAGES } from './shop-pages.ts'
import type { ShownPage } from './shown.ts'
import { type Variant, VARIANTS } from './variants.ts'

/** What buys comes last: the others show the stock as it was seeded. */
export const SHOWN_PAGES: readonly ShownPage[] = [...SHOP_PAGES, ...ORDER_PAGES, ...CONSOLE_PAGES]

const AT_ONCE = 2

export async function takeScreens(
  { url, operatorToken, browser, steps }: PageStage,
  pages: readonly ShownPage[],
  folder: string,
): Promise<number> {
  mkdirSync(folder, { recursive: true })

  async function take(shown: ShownPage, variant: Variant): Promise<number> {
    const { page, close } = await openVisitor(browser, url, {
      ...variant.options,
      serviceWorkers: shown.withServiceWorker ? 'allow' : 'block',
    })
    try {
      await shown.bring(page, { url, operatorToken })
      const picture = await capture(page)
      writeFileSync(join(folder, `${shown.name}-${variant.name}.webp`), picture)
      return picture.length
    } catch (cause) {
      throw new Error(`${shown.name}, ${variant.name}: ${String(cause)}`, { cause })
    } finally {
      await close()
    }
  }

  let total = 0
  for (const shown of pages) {
    await steps.run(async () => {
      const sizes = await concurrently(VARIANTS, AT_ONCE, (variant) => take(shown, variant))
      const bytes = sizes.reduce((sum, size) => sum + size, 0)
      total += bytes
      return `${shown.name}: ${sizes.length} pictures, ${Math.round(bytes / 1000)} kB`
    })
  }
  steps.note(`${Math.round(total / 1000)} kB in ${readablePath(folder)}`)
  return total
}
