/** A page that is to be photographed, and how to get there. */
import type { Page } from 'playwright-core'
import type { PageStage } from '../browser/page-stage.ts'

export type ShownShop = Pick<PageStage, 'url' | 'operatorToken'>

export type ShownPage = {
  name: string
  about: string
  /** Every other one is shown without, so that the network can be held back. */
  withServiceWorker?: boolean
  /** A new visitor's page is brought to where it is to be looked at. */
  bring: (page: Page, shop: ShownShop) => Promise<unknown>
}
