/** A hash over files, so that work whose inputs have not changed is not done again. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { projectRoot } from './project.ts'

/** Made by the work itself, or by others: never its input. */
const SKIPPED = new Set(['node_modules', 'dist', '.wrangler', '.DS_Store'])

function filesOf(path: string): string[] {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .filter((name) => !SKIPPED.has(name))
    .toSorted()
    .flatMap((name) => filesOf(join(path, name)))
}

export function fingerprint(paths: string[]): string {
  const hash = createHash('sha256')
  for (const file of paths.flatMap(filesOf)) {
    hash.update(`${relative(projectRoot, file)}\0`)
    hash.update(readFileSync(file))
    hash.update('\0')
  }
  return hash.digest('hex')
}

export const storedFingerprint = (path: string): string | null =>
  existsSync(path) ? readFileSync(path, 'utf8') : null

export function storeFingerprint(path: string, value: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, value)
}
