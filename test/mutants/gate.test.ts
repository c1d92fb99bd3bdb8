/** The gate itself; `npm run mutants` shows it the real suites. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findProcess } from '../../scripts/local/processes.ts'
import { projectRoot } from '../../scripts/local/project.ts'
import { CATALOGUE } from '../../scripts/mutants/catalogue.ts'
import { type Judgement, isCaught, judgeAll } from '../../scripts/mutants/gate.ts'
import { markdownOf, withTables } from '../../scripts/mutants/markdown.ts'
import { type Mutant, type SuiteName, planted } from '../../scripts/mutants/mutant.ts'
import { runLimited } from '../../scripts/mutants/run-limited.ts'
import { Snapshot } from '../../scripts/mutants/snapshot.ts'
import type { Suite } from '../../scripts/mutants/suites.ts'

const MUTANTS = CATALOGUE.flatMap(({ mutants }) => mutants)

describe('each mutant of the catalogue', () => {
  it.each(MUTANTS)('$name', (mutant) => {
    const source = readFileSync(join(projectRoot, mutant.file), 'utf8')
    const code = stripTypeScriptTypes(planted(mutant, source))
    expect(code).not.toBe(stripTypeScriptTypes(source))
    expect(mutant.suites.length).toBeGreaterThan(0)
  })

  it('has a name of its own', () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length)
  })
})

const FILE = 'src/sum.ts'
const SOURCE = 'export const sum = (a: number, b: number) => a + b\n'
const minus: Mutant = {
  name: 'it subtracts',
  file: FILE,
  find: 'a + b',
  replace: 'a - b',
  suites: ['core', 'simulation'],
}

/** A suite that is red where the source has not `text`. */
const expecting =
  (text: string): Suite =>
  async (folder) =>
    readFileSync(join(folder, FILE), 'utf8').includes(text)
      ? { kind: 'green' }
      : { kind: 'red', by: `no ${text}` }
const blind: Suite = async () => ({ kind: 'green' })

describe('the gate', () => {
  const root = mkdtempSync(join(tmpdir(), 'edge-saga-gate-'))
  let snapshot: Snapshot

  beforeAll(() => {
    mkdirSync(join(root, dirname(FILE)))
    writeFileSync(join(root, FILE), SOURCE)
    snapshot = new Snapshot(root, [FILE])
  })
  afterAll(() => {
    snapshot.remove()
    rmSync(root, { recursive: true })
  })

  const judge = (
    suites: Partial<Record<SuiteName, Suite>>,
    { mutant = minus, isThorough = false } = {},
  ): Promise<Judgement[]> =>
    judgeAll({
      mutants: [mutant],
      snapshot,
      suites: new Map(minus.suites.map((name) => [name, suites[name] ?? blind])),
      jobs: 1,
      isThorough,
      signal: new AbortController().signal,
      onGreen: () => undefined,
      onJudged: () => undefined,
    })

  it('names the suite that saw the bug, and asks no other after it', async () => {
    const [judgement] = await judge({ core: expecting('a + b'), simulation: expecting('a + b') })
    expect(judgement?.verdicts).toEqual([
      { suite: 'core', verdict: { kind: 'red', by: 'no a + b' } },
    ])
  })

  it('asks all of them when it is to be thorough', async () => {
    const [judgement] = await judge({ core: expecting('a + b') }, { isThorough: true })
    expect(judgement?.verdicts.map(({ verdict }) => verdict.kind)).toEqual(['red', 'green'])
  })

  it('lets a bug survive that nobody sees', async () => {
    const judgements = await judge({})
    expect(judgements.map(isCaught)).toEqual([false])
    expect(markdownOf([{ title: 'Sums', mutants: [minus] }], judgements)).toContain(
      '| it subtracts | green | green |',
    )
  })

  it('writes its tables instead of those that there were, and leaves what stands before them', () => {
    expect(withTables('# Bugs\n\nAs of May.\n\n## Sums\n\nold', '## Sums\n\nnew')).toBe(
      '# Bugs\n\nAs of May.\n\n## Sums\n\nnew',
    )
    expect(withTables('', '## Sums\n\nnew')).toBe('## Sums\n\nnew')
  })

  it('G1: does not begin with a suite that is red without any bug', async () => {
    await expect(judge({ core: expecting('a * b') })).rejects.toThrow(
      'core is not green without any mutant: no a * b',
    )
  })

  it.each([
    ['is not there', 'a * b', '0 times'],
    ['is there twice', 'number', '2 times'],
  ])('G2: does not begin when what it replaces %s', async (_, find, times) => {
    await expect(judge({}, { mutant: { ...minus, find } })).rejects.toThrow(times)
  })

  it('G3: leaves the checkout as it is, and no copy behind', async () => {
    const folders: string[] = []
    const watching: Suite = async (folder) => {
      folders.push(folder)
      return { kind: 'green' }
    }
    await judge({ core: watching })
    expect(readFileSync(join(root, FILE), 'utf8')).toBe(SOURCE)
    expect(folders).toHaveLength(2)
    expect(folders.filter(existsSync)).toEqual([])
  })

  it('a program that never ends is ended, with what it started', async () => {
    const endless = 'tail -f /dev/null & echo $! > child; wait'
    const signal = new AbortController().signal
    const limits = { limitMs: 500, signal }
    const ended = await runLimited('sh', ['-c', endless], { cwd: root }, limits)
    expect(ended).toEqual({ kind: 'timeout' })
    const child = Number(readFileSync(join(root, 'child'), 'utf8'))
    expect(child).toBeGreaterThan(0)
    expect(findProcess(child)).toBeNull()
  })

  it('a program is ended at once, or not begun, when all is interrupted', async () => {
    const interruption = new AbortController()
    const run = () => {
      const limits = { limitMs: 60_000, signal: interruption.signal }
      return runLimited('tail', ['-f', '/dev/null'], { cwd: root }, limits)
    }
    const running = run()
    interruption.abort()
    await expect(running).rejects.toThrow('abort')
    await expect(run()).rejects.toThrow('abort')
  })
})
