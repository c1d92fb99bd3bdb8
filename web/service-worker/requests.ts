/**
 * Which requests the service worker answers, and how. Pure.
 *
 * S1. Of the API it touches the catalogue and nothing else: whatever is somebody's own, or changes
 *     something, goes to the server as if there were no service worker. So does the operators' console.
 */

/**
 * - `page`: from the network, else the shell, which shows any of the shop's pages.
 * - `asset`: a file whose name says its contents; what is kept is as good as what is served.
 * - `fresh-first`: from the network, else as it was last read.
 */
export type Handling = 'page' | 'asset' | 'fresh-first' | 'none'

export const CATALOGUE_PATH = '/api/catalog'
export const PICTURES_PATH = '/products/'

/** Served under their own names, and part of the shell. */
const SHELL_FILES = /^\/(?:before-paint\.js|favicon\.svg|manifest\.webmanifest|icons\/.+)$/

export function handlingOf(
  { method, mode, url }: Pick<Request, 'method' | 'mode' | 'url'>,
  origin: string,
): Handling {
  const { origin: theirs, pathname } = new URL(url)
  if (method !== 'GET' || theirs !== origin) return 'none'
  if (pathname === CATALOGUE_PATH) return mode === 'navigate' ? 'none' : 'fresh-first'
  if (/^\/(?:api|api-docs|console)(?:\/|$)/.test(pathname)) return 'none'
  if (mode === 'navigate') return 'page'
  if (pathname.startsWith('/assets/')) return 'asset'
  const isKept = pathname.startsWith(PICTURES_PATH) || SHELL_FILES.test(pathname)
  return isKept ? 'fresh-first' : 'none'
}
