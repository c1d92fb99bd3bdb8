/** Runs in Node, before the tests: builds each domain as wrangler does for production. */
import type { TestProject } from 'vitest/node'
import { DOMAINS } from '../../worker/domains/reads.ts'
import { productionBundle } from '../support/production-bundle.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The text of each domain's bundle, by domain. */
    productionBundles: Record<string, string>
  }
}

const bundleOf = (domain: string): string =>
  productionBundle(new URL(`../../worker/domains/${domain}/index.ts`, import.meta.url).pathname)

export default function setup({ provide }: TestProject): void {
  provide(
    'productionBundles',
    Object.fromEntries(DOMAINS.map((domain) => [domain, bundleOf(domain)])),
  )
}
