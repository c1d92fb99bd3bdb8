/** A domain's database is brought back to an earlier time, in runs in which everything else fails as well. */
import { expect, it } from 'vitest'
import type { Command, Reply } from '../../durable-objects/core/messages.ts'
import { remindersFor } from '../../durable-objects/order/reminders.ts'
import { writeOffsOf } from '../../durable-objects/order/write-offs.ts'
import { type RemindedDomain, remindedDomainSchema } from '../../worker/api/ops/contract.ts'
import { workerCall } from './caller.ts'
import { callObject } from './calls.ts'
import { onClock } from './clock.ts'
import type { Database, Row } from './database.ts'
import { DRAW } from './draws.ts'
import type { OrderObject } from './order-object.ts'
import { partNumber } from './parts.ts'
import { run } from './run.ts'
import { drained } from './schedule.ts'
import { useStage } from './use-stage.ts'
import type { World } from './world.ts'

const RUNS = 300
const FIRST_SEED = 6_000
/** When the database was as it is brought back to, and how much later that is done, in milliseconds. */
const SNAPSHOT_MS_MAX = 9_000
const LOST_MS_MAX = 20_000
const SETTLED_MS = 200_000
const AGAIN_MS = 5_000
const TRIES_MAX = 100
/** Nothing was done, and nothing is: a refusal has no effect that could be missed. */
const FORGOTTEN_REFUSAL = /is rejected, and (?:nothing|compensated) at its domain$/v

const FORGETFUL = remindedDomainSchema.options

/** What they have of each order, and what they count. */
const HOLDS = ['reservation', 'redemption', 'hold', 'delivery']
const COUNTS = ['stock', 'coupon', 'account', 'delivery_day']

const stageOf = useStage()

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

type Reminded = { commands: number; refused: string[] }

/** As an operator's walk: what is not answered, because a database is down, is asked for again. */
async function remind(world: World, domain: RemindedDomain): Promise<Reminded> {
  const told: Reminded = { commands: 0, refused: [] }
  for (const object of world.objects.values()) {
    for (const command of await remindersOf(world, object, domain)) {
      told.commands += 1
      if ((await answered(world, domain, command)).outcome !== 'rejected') continue
      told.refused.push(`${command.sagaId} ${command.step} `)
    }
  }
  return told
}

/** The object may have to be woken, and to wait for code that can read its journal. */
const remindersOf = (
  world: World,
  object: OrderObject,
  domain: RemindedDomain,
): Promise<Command[]> =>
  untilAnswered(world, () =>
    callObject(world, object, workerCall(partNumber('sweep')), ({ process: { order } }) =>
      order ? remindersFor(order, domain) : [],
    ),
  )

const answered = (world: World, domain: RemindedDomain, command: Command): Promise<Reply> =>
  untilAnswered(world, async () => {
    const caller = workerCall(partNumber(domain))
    const reply = await world.domains[domain].execute(command, caller)
    return reply?.outcome === 'transient' ? null : reply
  })

async function untilAnswered<Answer>(
  world: World,
  ask: () => Promise<Answer | null>,
): Promise<Answer> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const answer = await ask().catch(() => null)
    if (answer !== null) return answer
    await new Promise<void>((resolve) => {
      world.schedule.after(AGAIN_MS, resolve)
    })
  }
  throw new Error('there is no answer')
}

/** One that an operator gave up has left in its domain what its journal says nothing of. */
const isWrittenOff = (world: World): boolean =>
  [...world.objects.values()].some(
    ({ order, rows }) => order !== null && writeOffsOf(order, rows).length > 0,
  )

it(`brought back after each of ${RUNS} runs, and reminded, it has what it had`, async () => {
  let commands = 0
  const differing: string[] = []
  for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed += 1) {
    const worlds: World[] = []
    const supplied = new Map<RemindedDomain, Contents>()
    await run({
      seed,
      stage: stageOf(),
      plant: (world) => {
        worlds.push(world)
        for (const domain of FORGETFUL)
          supplied.set(domain, contentsOf(stageOf().databases[domain]))
      },
    })
    const [world] = worlds
    if (!world || isWrittenOff(world)) continue
    for (const [domain, contents] of supplied) {
      const database = stageOf().databases[domain]
      const had = inForce(database)
      bringBack(database, contents)
      const reminded = remind(world, domain)
      await onClock(
        () => world.schedule.nowMs,
        async () => {
          await drained()
          while (world.schedule.step()) await drained()
        },
      )
      commands += (await reminded).commands
      const broken = stageOf().brokenLaws(domain, new Set(database.tables))
      if (broken.length > 0 || inForce(database) !== had) differing.push(`seed ${seed}, ${domain}`)
    }
  }
  expect(differing).toEqual([])
  expect(commands).toBeGreaterThan(4 * RUNS)
})

it(`brought back in the middle of each of ${RUNS} runs, and reminded, only what it refuses is missing`, async () => {
  const broken: string[] = []
  let brought = 0
  for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed += 1) {
    const domain = FORGETFUL[seed % FORGETFUL.length] ?? 'inventory'
    const refused: string[] = []
    const { violations } = await run({
      seed,
      stage: stageOf(),
      plant: (world) => {
        const { schedule, chance } = world
        schedule.after(chance.between(0, SNAPSHOT_MS_MAX, DRAW.weather, 1_000), () => {
          const contents = contentsOf(stageOf().databases[domain])
          schedule.after(chance.between(0, LOST_MS_MAX, DRAW.weather, 1_001), () => {
            bringBack(stageOf().databases[domain], contents)
            brought += 1
            void remind(world, domain)
            // Once more, when those have ended that were under way.
            schedule.after(SETTLED_MS, () => {
              world.unwellUntil(schedule.nowMs)
              void remind(world, domain).then(({ refused: last }) => refused.push(...last))
            })
          })
        })
      },
    })
    const isTold = (violation: string) => refused.some((start) => violation.startsWith(start))
    broken.push(...violations.filter((law) => !isTold(law) && !FORGOTTEN_REFUSAL.test(law)))
  }
  expect(broken).toEqual([])
  expect(brought).toBe(RUNS)
})
