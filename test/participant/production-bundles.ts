/** Runs in Node, before the tests: builds each domain as wrangler does for production. */
import { buildSync } from 'esbuild'
import type { TestProject } from 'vitest/node'
import { DOMAINS } from '../../worker/domains/reads.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The text of each domain's bundle, by domain. */
    productionBundles: Record<string, string>
  }
}

function bundleOf(domain: string): string {
  const entry = new URL(`../../worker/domains/${domain}/index.ts`, import.meta.url).pathname
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    external: ['cloudflare:*'],
    conditions: ['workerd', 'worker', 'browser'],
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
  })
  return outputFiles.map(({ text }) => text).join('')
}

export default function setup({ provide }: TestProject): void {
  provide(
    'productionBundles',
    Object.fromEntries(DOMAINS.map((domain) => [domain, bundleOf(domain)])),
  )
}
