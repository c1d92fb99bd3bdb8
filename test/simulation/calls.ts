/** What becomes of a call: it takes effect or not, late, twice, and its answer comes or not. */
import type { Command, Reply } from '../../durable-objects/core/messages.ts'
import type { Domain } from '../../worker/domains/reads.ts'
import { type Caller, workerCall } from './caller.ts'
import { type Gate, d1 } from './d1.ts'
import { DRAW } from './draws.ts'
import { Died, type Instance, type OrderObject } from './order-object.ts'
import { type DatabaseName, partNumber } from './parts.ts'
import type { World } from './world.ts'

const SLOW_MS_MAX = 20_000
const CALL_MS_MAX = 5
const DOWN_MS_MAX = 180_000

/** A database as one caller sees it. */
export function databaseOf(world: World, name: DatabaseName, caller: Caller): D1Database {
  const part = partNumber(name)
  const { faults, chance, schedule, stage } = world
  const gate: Gate = (effect) =>
    new Promise((resolve, reject) => {
      if (caller.isDead) return
      const act = () => {
        if (dies(world, caller, 'before')) return
        if (isDown(world, part) || faults.strikes('database-error', part)) {
          reject(new Error(`D1_ERROR: ${name} is not available`))
          return
        }
        try {
          const result = effect()
          world.databaseChanged(name)
          if (dies(world, caller, 'after')) return
          if (faults.strikes('database-unsure', part)) reject(new Error('D1_ERROR: network lost'))
          else resolve(result)
        } catch (error) {
          reject(error)
        }
      }
      if (faults.strikes('database-slow', part)) {
        schedule.after(chance.logBetween(50, SLOW_MS_MAX, DRAW.slowness, part), act)
      } else act()
    })
  return d1(stage.databases[name], gate)
}

function isDown({ faults, chance, schedule, downUntilMs, unwellUntil }: World, part: number) {
  if ((downUntilMs[part] ?? 0) > schedule.nowMs) return true
  if (!faults.strikes('database-down', part)) return false
  const downMs = chance.logBetween(1_000, DOWN_MS_MAX, DRAW.outage, part)
  downUntilMs[part] = unwellUntil(schedule.nowMs + downMs)
  return true
}

/** Whether a caller that waits dies of it: then neither answer nor error comes. */
export function dies({ faults }: World, caller: Caller, when: 'before' | 'after'): boolean {
  if (!caller.isDead && !faults.strikes(caller.endings[when], caller.scope)) return false
  caller.die()
  return true
}

/** A call to an order's object. The object serialises: one input at a time, each in one go. */
export function callObject<Result>(
  world: World,
  object: OrderObject,
  caller: Caller,
  run: (instance: Instance) => Result | Promise<Result>,
): Promise<Result> {
  const { faults, chance, schedule } = world
  const { scope } = object
  return new Promise((resolve, reject) => {
    if (caller.isDead) return
    const act = async () => {
      if (faults.strikes('request-lost', scope)) throw new Error('the object was not reached')
      const result = object.turn(run)
      if (faults.strikes('call-doubled', scope)) await object.turn(run)
      if (faults.strikes('answer-lost', scope)) throw new Error('the object did not answer')
      return result
    }
    const start = () =>
      act().then(
        (result) => {
          if (!caller.isDead) resolve(result)
        },
        (error: unknown) => {
          if (!(error instanceof Died)) world.trace(() => `call failed: ${String(error)}`)
          if (!caller.isDead) reject(error)
        },
      )
    if (faults.strikes('call-slow', scope)) {
      schedule.after(chance.logBetween(10, SLOW_MS_MAX, DRAW.callDelay, scope), () => void start())
    } else void start()
  })
}

/** A call of an object to a domain. The domain ends what it has begun, whoever still waits for it. */
export function callDomain(
  world: World,
  domain: Domain,
  caller: Caller,
  command: Command,
): Promise<Reply | null> {
  const { faults, chance, schedule } = world
  const { scope } = caller
  const execute = () => world.domains[domain].execute(command, workerCall(partNumber(domain)))
  const act = async (): Promise<Reply | null> => {
    if (faults.strikes('request-lost', scope)) throw new Error('the domain was not reached')
    if (faults.strikes('call-doubled', scope)) execute().catch(() => undefined)
    const reply = await execute()
    if (faults.strikes('answer-lost', scope)) throw new Error('the domain did not answer')
    return reply
  }
  return new Promise((resolve, reject) => {
    const isSlow = faults.strikes('call-slow', scope)
    const delayMs = isSlow
      ? chance.logBetween(10, SLOW_MS_MAX, DRAW.callDelay, scope)
      : chance.between(1, CALL_MS_MAX, DRAW.callDelay, scope)
    schedule.after(delayMs, () => {
      world.trace(() => `${domain} is called: ${command.step} ${command.direction}`)
      const answered = (answer: () => void) => dies(world, caller, 'after') || answer()
      act().then(
        (reply) => answered(() => resolve(reply)),
        (error: unknown) => answered(() => reject(error)),
      )
    })
  })
}
