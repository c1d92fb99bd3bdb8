/** Where things lie in the checkout. */
import { join, relative } from 'node:path'

export const projectRoot = join(import.meta.dirname, '../..')

export const inProject = (...parts: string[]): string => join(projectRoot, ...parts)

/** As a person would type it: relative to where they are, unless it lies elsewhere. */
export function readablePath(path: string): string {
  const fromHere = relative(process.cwd(), path)
  return fromHere === '' || fromHere.startsWith('..') ? path : fromHere
}

export const binaries = {
  node: process.execPath,
  wrangler: inProject('node_modules', 'wrangler', 'bin', 'wrangler.js'),
  vite: inProject('node_modules', 'vite', 'bin', 'vite.js'),
  vitest: inProject('node_modules', 'vitest', 'vitest.mjs'),
}
