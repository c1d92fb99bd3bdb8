/** Each domain's database brought back to before the first order, after runs in which everything failed. */
import { beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { Reply } from '../../durable-objects/core/messages.ts'
import { remindersFor } from '../../durable-objects/order/reminders.ts'
import { writeOffsOf } from '../../durable-objects/order/write-offs.ts'
import { workerCall } from './caller.ts'
import { onClock } from './clock.ts'
import type { Database, Row } from './database.ts'
import { partNumber } from './parts.ts'
import { run } from './run.ts'
import { drained } from './schedule.ts'
import { Stage } from './stage.ts'
import type { World } from './world.ts'

const RUNS = 300
const FIRST_SEED = 6_000
const FORGETFUL = ['inventory', 'coupons', 'points', 'logistics'] as const
type Forgetful = (typeof FORGETFUL)[number]

/** What they have of each order, and what they count. */
const HOLDS = ['reservation', 'redemption', 'hold', 'delivery']
const COUNTS = ['stock', 'coupon', 'account', 'delivery_day']

let stage: Stage
beforeAll(() => {
  stage = new Stage()
})
beforeEach(() => {
  vi.stubEnv('NODE_ENV', 'production')
  for (const level of ['log', 'warn', 'error'] as const) vi.spyOn(console, level).mockReturnValue()
})

type Contents = Map<string, Row[]>
const contentsOf = (database: Database): Contents =>
  new Map(database.tables.map((table) => [table, database.all(`select * from "${table}"`)]))

function bringBack(database: Database, contents: Contents): void {
  database.empty()
  for (const [table, rows] of contents) {
    for (const row of rows) {
      const columns = Object.keys(row)
      const places = columns.map(() => '?').join(', ')
      const text = `insert into "${table}" (${columns.join(', ')}) values (${places})`
      database.all(text, Object.values(row))
    }
  }
}

/**
 * Without what was given back, and days that were asked for, in vain: a domain that is reminded may never have
 * had it. What a returned order had, another may have bought since, and is reminded of first.
 */
function inForce(database: Database): string {
  const rowsOf = (table: string, where: string): string[] =>
    database.tables.includes(table)
      ? database
          .all(`select * from "${table}" ${where}`)
          .map((row) => JSON.stringify(row))
          .toSorted()
      : []
  return JSON.stringify({
    holds: HOLDS.map((table) => rowsOf(table, "where status not in ('released', 'returned')")),
    counts: COUNTS.map((table) =>
      rowsOf(table, table === 'delivery_day' ? 'where reserved + booked > 0' : ''),
    ),
  })
}

async function remind(world: World, domain: Forgetful): Promise<(Reply | null)[]> {
  const replies: (Reply | null)[] = []
  const asked = (async () => {
    // A database may still be down.
    await new Promise<void>((resolve) => {
      world.schedule.after(Math.max(0, world.healthyFromMs - world.schedule.nowMs), resolve)
    })
    for (const { order } of world.objects.values()) {
      for (const command of order ? remindersFor(order, domain) : []) {
        const caller = workerCall(partNumber(domain))
        replies.push(await world.domains[domain].execute(command, caller))
      }
    }
  })()
  await onClock(
    () => world.schedule.nowMs,
    async () => {
      await drained()
      while (world.schedule.step()) await drained()
    },
  )
  await asked
  return replies
}

/** One that an operator gave up has left in its domain what its journal says nothing of. */
const isWrittenOff = (world: World): boolean =>
  [...world.objects.values()].some(
    ({ order, rows }) => order !== null && writeOffsOf(order, rows).length > 0,
  )

it(`${RUNS} runs from seed ${FIRST_SEED} on: it has what it had, once its orders have reminded it`, async () => {
  let commands = 0
  const differing: string[] = []
  for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed += 1) {
    const worlds: World[] = []
    const supplied = new Map<Forgetful, Contents>()
    await run({
      seed,
      stage,
      plant: (world) => {
        worlds.push(world)
        for (const domain of FORGETFUL) supplied.set(domain, contentsOf(stage.databases[domain]))
      },
    })
    const [world] = worlds
    if (!world || isWrittenOff(world)) continue
    for (const [domain, contents] of supplied) {
      const database = stage.databases[domain]
      const had = inForce(database)
      bringBack(database, contents)
      const replies = await remind(world, domain)
      commands += replies.length
      const isAnswered = replies.every((reply) => reply && reply.outcome !== 'transient')
      const broken = stage.brokenLaws(domain, new Set(database.tables))
      if (!isAnswered || broken.length > 0 || inForce(database) !== had) {
        differing.push(`seed ${seed}, ${domain}`)
      }
    }
  }
  console.info(`${commands} commands`)
  expect(differing).toEqual([])
  expect(commands).toBeGreaterThan(4 * RUNS)
})
