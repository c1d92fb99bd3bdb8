/** What an order's journal tells beyond the order as it is now. */
import { z } from 'zod'
import type { SagaDetail } from '../../worker/api/ops/contract.ts'

export type Journal = SagaDetail['transitions']
export type Compensation = { step: string; fromMs: number; toMs: number | null; attempts: number }

const sentSchema = z.object({
  type: z.literal('command-sent'),
  step: z.string(),
  direction: z.literal('compensation'),
  attempt: z.number(),
})
const succeededSchema = z.object({ type: z.literal('step-succeeded'), step: z.string() })
const doneSchema = z.object({ type: z.literal('step-compensated'), step: z.string() })

/** In the order in which they began. */
export function compensationsOf(journal: Journal): Compensation[] {
  const found = new Map<string, Compensation>()
  for (const { atMs, events } of journal) {
    for (const event of events) {
      const sent = sentSchema.safeParse(event).data
      if (sent !== undefined) {
        const before = found.get(sent.step)
        found.set(sent.step, {
          step: sent.step,
          fromMs: before?.fromMs ?? atMs,
          toMs: null,
          attempts: sent.attempt,
        })
      }
      const done = doneSchema.safeParse(event).data
      const open = done === undefined ? undefined : found.get(done.step)
      if (open !== undefined) open.toMs = atMs
    }
  }
  return [...found.values()]
}

/** When each action succeeded. One that is missing had an unknown outcome when it was undone. */
export function successesOf(journal: Journal): Map<string, number> {
  const found = new Map<string, number>()
  for (const { atMs, events } of journal) {
    for (const event of events) {
      const succeeded = succeededSchema.safeParse(event).data
      if (succeeded !== undefined) found.set(succeeded.step, atMs)
    }
  }
  return found
}
