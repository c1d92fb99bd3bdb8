/** docs/logs.md has each event that the Workers log, at its level, and no other. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

const LOGS = ['durable-objects/log.ts', 'worker/domains/log.ts']
const files = globSync(['durable-objects/**/*.ts', 'worker/**/*.ts'], { cwd: ROOT })
  .filter((file) => !LOGS.includes(file))
  .toSorted()

/** Who logs, at which level; those with a file's name hand the event on, or choose the level. */
const LEVELS: Record<string, readonly string[]> = {
  logInfo: ['info'],
  logWarning: ['warn'],
  logError: ['error'],
  // durable-objects/order-process.ts
  '#warn': ['warn'],
  // worker/domains/delivery.ts
  fail: ['error'],
  // durable-objects/saga-rollout.ts
  log: ['info', 'warn'],
}
/** The calls of these two name no event: they have it from their callers. */
const HANDED_ON = ['durable-objects/order-process.ts', 'worker/domains/delivery.ts']

const CALL =
  /(?<![.\w])(?:this\.)?(log(?:Info|Warning|Error)?|#warn|fail)\(\s*(?:delivery, )?(['`])([^'`]+)\2/g
/** The one placeholder that there is in the name of an event: of worker/domains/intake.ts. */
const KINDS = ['malformed', 'unknown']
const namesOf = (event: string): string[] =>
  event.includes('${read.kind}')
    ? KINDS.map((kind) => event.replace('${read.kind}', kind))
    : [event]

const unique = (texts: readonly string[]): string[] => [...new Set(texts)].toSorted()

const logged = unique(
  files.flatMap((file) =>
    [...read(file).matchAll(CALL)].flatMap(([, caller = '', , event = '']) =>
      namesOf(event).flatMap((name) => (LEVELS[caller] ?? []).map((level) => `${name} ${level}`)),
    ),
  ),
)

const ROW = /^\| `([a-z-]+)` \| ([a-z, ]+) \|/gm
const rows = [...read('docs/logs.md').matchAll(ROW)]

it('each event that is logged has a row, at its level, and each row is of one', () => {
  const described = rows.flatMap(([, event = '', levels = '']) =>
    levels.split(', ').map((level) => `${event} ${level}`),
  )
  expect(unique(described)).toEqual(logged)
  expect(logged.length).toBeGreaterThan(60)
})

it('no event has two rows', () => {
  const events = rows.map(([, event = '']) => event)
  expect(events.toSorted()).toEqual(unique(events))
})

it('an event is named where it is logged', () => {
  const unnamed = files.filter((file) => /\blog(Info|Warning|Error)\(\s*[^'`\s]/.test(read(file)))
  expect(unnamed).toEqual(HANDED_ON)
})
