/**
 * The sources as they were when the run began, and copies of them to plant bugs in. The checkout
 * itself is only read, and only once: whoever edits it meanwhile changes nothing.
 */
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Mutant, planted } from './mutant.ts'

export class Snapshot {
  readonly #folder = mkdtempSync(join(tmpdir(), 'edge-saga-mutants-'))
  readonly #original = join(this.#folder, 'original')
  #copies = 0

  constructor(root: string, files: readonly string[]) {
    for (const file of files) cpSync(join(root, file), join(this.#original, file))
    symlinkSync(join(root, 'node_modules'), join(this.#original, 'node_modules'))
  }

  /** The file with the bug in it; throws if it cannot be planted. */
  mutated(mutant: Mutant): string {
    return planted(mutant, readFileSync(join(this.#original, mutant.file), 'utf8'))
  }

  /** A folder of its own with the bug in it, or with none. */
  copyWith(mutant: Mutant | null): string {
    this.#copies += 1
    const copy = join(this.#folder, `copy-${this.#copies}`)
    cpSync(this.#original, copy, { recursive: true, verbatimSymlinks: true })
    if (mutant) writeFileSync(join(copy, mutant.file), this.mutated(mutant))
    return copy
  }

  discard(copy: string): void {
    rmSync(copy, { recursive: true, force: true })
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** What belongs to the project, edits that are not committed included. */
export function filesOf(root: string): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(root, file)))
}
