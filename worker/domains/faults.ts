/**
 * Faults that a domain commits on purpose, so that developers can watch what a saga makes of them.
 *
 * F1. Development only: every use stands behind `process.env.NODE_ENV !== 'production'`, and
 *     nothing here runs when the module is loaded, so a deployed bundle has none of it.
 * F2. A fault is drawn per delivery. It may lose, delay, refuse or double a command, but what is
 *     handled goes through the same barrier: no fault breaks a conservation law.
 * F3. A domain that stands still goes on soon after it is told to.
 */
import * as z from 'zod'
import {
  type Command,
  type Direction,
  directionSchema,
} from '../../durable-objects/core/messages.ts'
import { type Delivery, answer } from './delivery.ts'
import type { Faults } from './reads.ts'
import { type Runtime, pause } from './runtime.ts'

const CODE = 'fault-injected'
const LOOK_AGAIN_MS = 1_000

// A function, because a schema made here at load time would stay in the production bundle (F1).
const faultsSchema = () => {
  const rate = z.number().min(0).max(1)
  const only = z.object({
    step: z.string().optional(),
    direction: directionSchema.optional(),
    sagaId: z.string().optional(),
    version: z.int().optional(),
  })
  return z.object({
    latencyMs: z.number().min(0),
    transientRate: rate,
    rejectRate: rate,
    dropReplyRate: rate,
    duplicateRate: rate,
    rejectCode: z.string().optional(),
    only: only.optional(),
  })
}
type StoredFaults = z.infer<ReturnType<typeof faultsSchema>>

export async function storeFaults(db: D1Database, faults: Faults): Promise<boolean> {
  const json = JSON.stringify(faultsSchema().parse(faults))
  await db
    .prepare('insert into fault (id, faults) values (1, ?1) on conflict do update set faults = ?1')
    .bind(json)
    .run()
  return true
}

async function readFaults(db: D1Database): Promise<StoredFaults | undefined> {
  const json = await db.prepare('select faults from fault where id = 1').first<string>('faults')
  return json === null ? undefined : faultsSchema().parse(JSON.parse(json))
}

/** The deliveries that are left to handle, changed as the stored faults have it. */
export async function injectFaults<Step>(
  deliveries: Delivery<Step>[],
  db: D1Database,
  refusing: (step: Step, code: string, direction: Direction) => Step,
  runtime: Runtime,
): Promise<Delivery<Step>[]> {
  const { random } = runtime
  const faults = await readFaults(db)
  if (faults === undefined) return deliveries
  const hit = deliveries.filter(({ command }) => concerns(faults, command))
  if (hit.length > 0) await standStill(faults.latencyMs, db, runtime)

  const left: Delivery<Step>[] = []
  for (const delivery of deliveries) {
    if (!concerns(faults, delivery.command)) {
      left.push(delivery)
    } else if (random() < faults.transientRate) {
      await answer(delivery, { outcome: 'transient', code: CODE })
    } else {
      const step =
        random() < faults.rejectRate
          ? refusing(delivery.step, faults.rejectCode ?? CODE, faults.only?.direction ?? 'action')
          : delivery.step
      const silent = random() < faults.dropReplyRate
      const faulty = { ...delivery, step, ...(silent ? { tell: async () => {} } : {}) }
      left.push(faulty)
      if (random() < faults.duplicateRate) left.push(faulty)
    }
  }
  return left
}

/** F3. */
async function standStill(latencyMs: number, db: D1Database, runtime: Runtime) {
  for (let leftMs = latencyMs; leftMs > 0; leftMs -= LOOK_AGAIN_MS) {
    await pause(Math.min(leftMs, LOOK_AGAIN_MS), runtime)
    const faults = await readFaults(db)
    if (!faults || faults.latencyMs < latencyMs) return
  }
}

const concerns = (
  { only }: StoredFaults,
  { step, direction, sagaId, definition: { version } }: Command,
): boolean =>
  (only?.version ?? version) === version &&
  (only?.step ?? step) === step &&
  (only?.direction ?? direction) === direction &&
  (only?.sagaId ?? sagaId) === sagaId
