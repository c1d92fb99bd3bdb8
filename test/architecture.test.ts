/** Imports go down only, and the core stays pure. What this says is what docs/architecture.md says. */
import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { BINDING_OF, DOMAINS } from '../worker/domains/reads.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SOURCES = ['durable-objects/**/*.ts', 'worker/**/*.ts', 'web/{src,functions}/**/*.{ts,vue}']
const files = globSync(SOURCES, { cwd: ROOT }).toSorted()

/** The first pattern that fits says the level. A file may import from its own level and below. */
const LEVELS: readonly (readonly [pattern: RegExp, level: number])[] = [
  // Published vocabulary: it imports nothing but the core.
  [
    /^worker\/(api\/(((session|status|follow)-)?contract|order-(id|version)|markets|address-(formats|rules))|domains\/(steps|reads))\.ts$/,
    0,
  ],
  [/^durable-objects\/core\//, 0],
  // The platform's time, log lines and close codes: they import nothing.
  [/^durable-objects\/(log|clock|close-codes)\.ts$/, 0],
  // What an order is: pure, and the shapes of the shell.
  [/^durable-objects\/(sagas|order)\//, 1],
  [/^durable-objects\/(order-rpc|breaker-rpc|rollout-rpc|ports|bindings)\.ts$/, 1],
  [/^durable-objects\/saga-log\/message\.ts$/, 1],
  // One adapter per binding, and the process between them.
  [/^durable-objects\/(journal|sockets|outcome-waits|crash|command-(queues|calls))\.ts$/, 2],
  [/^durable-objects\/breaker-(policy|state|desk)\.ts$/, 2],
  [/^durable-objects\/rollout-(figures|desk)\.ts$/, 2],
  [/^durable-objects\/order-(process|requests)\.ts$/, 2],
  [/^durable-objects\/saga-log\//, 2],
  [/^durable-objects\/(order-saga|breaker|saga-rollout|status-board)\.ts$/, 3],
  // The main Worker, each part above those that it takes from.
  [/^worker\/(at-once|random-hex|unanswered)\.ts$/, 4],
  [/^worker\/(catalog|domains)\//, 5],
  [/^worker\/webhooks\//, 6],
  [/^worker\/traces\//, 7],
  [/^worker\/saga-log\//, 8],
  [/^worker\/(env|sweep|dead-letters)\.ts$/, 9],
  [/^worker\/api\//, 10],
  [/^worker\/index\.ts$/, 11],
]

function levelOf(file: string): number {
  const level = LEVELS.find(([pattern]) => pattern.test(file))?.[1]
  if (level === undefined) throw new Error(`test/architecture.test.ts knows no level for ${file}`)
  return level
}

/** What `file` imports from the project: paths from the root, types included. */
function importsOf(file: string): string[] {
  const source = readFileSync(join(ROOT, file), 'utf8')
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, path = '']) =>
    normalize(join(dirname(file), path)),
  )
}

const isIn = (folder: string) => (file: string) => file.startsWith(`${folder}/`)
const arrowsFrom = (folder: string) =>
  files.filter(isIn(folder)).flatMap((file) => importsOf(file).map((to) => `${file} → ${to}`))

describe('imports', () => {
  it('finds the sources that it judges', () => {
    expect(files.length).toBeGreaterThan(60)
    expect(importsOf('durable-objects/core/decide.ts')).toContain('durable-objects/core/advance.ts')
  })

  it('go down only', () => {
    const upward = files
      .filter((file) => !isIn('web')(file))
      .flatMap((file) =>
        importsOf(file)
          .filter((to) => levelOf(to) > levelOf(file))
          .map((to) => `${file} → ${to}`),
      )
    expect(upward).toEqual([])
  })

  it('of the core stay in the core', () => {
    const out = arrowsFrom('durable-objects/core').filter(
      (arrow) => !arrow.includes('→ durable-objects/core/'),
    )
    expect(out).toEqual([])
  })

  it('of a domain reach no other domain, nor the main Worker', () => {
    const domains = new Set(globSync('worker/domains/*/index.ts', { cwd: ROOT }).map(dirname))
    expect(
      [...domains].map((folder) => basename(folder)).toSorted(),
      'DOMAINS in worker/domains/reads.ts, and the folders beside it',
    ).toEqual(DOMAINS.toSorted())
    const shared = /→ (durable-objects\/(core\/.+|log\.ts|clock\.ts)|worker\/domains\/[^/]+\.ts)$/
    for (const domain of domains) {
      const foreign = arrowsFrom(domain).filter((arrow) => !shared.test(arrow))
      expect(foreign.filter((arrow) => !arrow.includes(`→ ${domain}/`))).toEqual([])
    }
    const inCommon = arrowsFrom('worker/domains').filter(
      (arrow) => !/^worker\/domains\/.+\/.+ →/.test(arrow),
    )
    expect(inCommon.filter((arrow) => !shared.test(arrow))).toEqual([])
  })

  it('of the web app take of the Workers their contract only', () => {
    const shared =
      /→ (web\/|worker\/api\/(((session|status|follow)-)?contract|order-(id|version)|markets|address-(formats|rules))\.ts|durable-objects\/core\/(ids|money|unreachable)\.ts)/
    // Its history is the object's own fold.
    const ofConsole =
      /^web\/src\/console\/.+ → (worker\/api\/ops\/((rollout-)?|webhooks\/)contract|durable-objects\/(core\/(events|messages|refusals|saga-state)|order\/state))\.ts$/
    const others = arrowsFrom('web').filter((arrow) => !shared.test(arrow))
    expect(others.filter((arrow) => !ofConsole.test(arrow))).toEqual([])
  })

  it('of the shop leave the console alone', () => {
    const shop = arrowsFrom('web').filter((arrow) => !isIn('web/src/console')(arrow))
    expect(shop.filter((arrow) => arrow.includes('→ web/src/console/'))).toEqual([])
  })
})

describe('a label of an invariant', () => {
  const comments = new Map(
    files.map((file) => {
      const source = readFileSync(join(ROOT, file), 'utf8')
      return [file, source.match(/\/\*[^]*?\*\/|\/\/.*/g)?.join('\n') ?? '']
    }),
  )
  const definedIn = Map.groupBy(
    [...comments].flatMap(([file, text]) =>
      [...text.matchAll(/^ \* ([A-Z]{1,2}\d+)\. /gm)].map(([, label = '']) => ({ label, file })),
    ),
    ({ label }) => label,
  )
  /** Of `label`, those that a reader of `file` would find. */
  function found(label: string, file: string): number {
    const all = (definedIn.get(label) ?? []).map((definition) => definition.file)
    if (all.includes(file)) return 1
    const near = all.filter((other) => dirname(other) === dirname(file))
    return near.length > 0 ? near.length : all.length
  }

  it('is defined once in its folder', () => {
    const twice = [...definedIn].flatMap(([label, definitions]) => {
      const folders = definitions.map(({ file }) => dirname(file))
      return new Set(folders).size < folders.length ? [label] : []
    })
    expect(definedIn.size).toBeGreaterThan(80)
    expect(twice).toEqual([])
  })

  it('is found by who reads it: in the file, in its folder, in one place only, or where it says', () => {
    // Not D1, which nearly always is the database, nor what is no label at all.
    const CITED =
      /(?<![\w-])(?!D1\b|V8\b|P\d\d\b)([A-Z]{1,2}\d{1,2})\b(?!(?:, [A-Z]+\d+)* of[\s*]+[\w/-]+\.ts)/g
    const lost = [...comments].flatMap(([file, text]) =>
      [...text.matchAll(CITED)].flatMap(([, label = '']) =>
        found(label, file) === 1 ? [] : [`${file}: ${label}`],
      ),
    )
    expect(lost).toEqual([])
  })
})

describe('the core', () => {
  const IMPURE =
    /\b(Date\.now|new Date|Math\.random|crypto\b|fetch\(|setTimeout|setInterval|performance\.|async |await |globalThis|process\.)/

  it.each(files.filter(isIn('durable-objects/core')))('%s has no clock, chance or I/O', (file) => {
    const code = readFileSync(join(ROOT, file), 'utf8').replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '')
    expect(IMPURE.exec(code)?.[0]).toBeUndefined()
  })
})

it('zod comes as a namespace: its `z` brings every language of its messages into a Worker', () => {
  const named = files.filter((file) =>
    /import [^*]*\bz\b[^*]* from 'zod'/.test(readFileSync(join(ROOT, file), 'utf8')),
  )
  expect(named).toEqual([])
})

it('no file does everything', () => {
  const LINES_MAX = 300
  const long = files.filter(
    (file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length > LINES_MAX,
  )
  expect(long).toEqual([])
})

it('each database has an id of its own: locally the id is the database', () => {
  const configs = globSync(['wrangler.toml', 'worker/domains/*/wrangler.toml'], { cwd: ROOT })
  const ids = configs.flatMap((config) =>
    [...readFileSync(join(ROOT, config), 'utf8').matchAll(/database_id = "(.+)"/g)].map(
      ([, id]) => id,
    ),
  )
  // Beside those of the domains: the saga log, the catalogue, and what stands for the card provider.
  expect(ids.length).toBe(DOMAINS.length + 3)
  expect(new Set(ids).size).toBe(ids.length)
})

it.each(DOMAINS)('%s is bound to the main Worker: its Worker, and its queue', (domain) => {
  const config = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8')
  const name = BINDING_OF[domain]
  expect(config).toContain(`binding = "${name}"\nservice = "edge-saga-${domain}"\n`)
  expect(config).toContain(`binding = "${name}_COMMANDS"\nqueue = "edge-saga-${domain}"\n`)
})
