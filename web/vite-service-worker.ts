/** Builds the service worker beside the app, with the list of the files that it takes. */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { Plugin } from 'vite'

/** Of the fonts the one for Latin; the others are kept when a page has used them. */
const TAKEN =
  /^(?:assets\/(?:[^/]+\.(?:js|css)|inter-latin-opsz-.+\.woff2)|products\/.+|icons\/.+|before-paint\.js|favicon\.svg|manifest\.webmanifest)$/

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => TAKEN.test(path))
    .toSorted()

/** Another one whenever any of it changes. */
function versionOf(folder: string, files: string[]): string {
  const hash = createHash('sha256')
  for (const file of [...files, 'index.html'])
    hash.update(file).update(readFileSync(join(folder, file)))
  return hash.digest('hex').slice(0, 16)
}

export function serviceWorker(entry: string): Plugin {
  return {
    name: 'edge-saga:service-worker',
    apply: 'build',
    async writeBundle({ dir = '' }) {
      const files = filesIn(dir)
      await build({
        entryPoints: [entry],
        outfile: join(dir, 'service-worker.js'),
        bundle: true,
        minify: true,
        format: 'iife',
        target: 'es2022',
        define: {
          BUILD_VERSION: JSON.stringify(versionOf(dir, files)),
          BUILD_FILES: JSON.stringify(files.map((file) => `/${file}`)),
        },
      })
    },
  }
}
