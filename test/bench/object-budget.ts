/**
 * How many objects may be made now. workerd keeps the files of each for ten seconds after its last
 * use, those of a workflow for good, and beyond the limit of open files its databases fail to open.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'

const FILES_PER_OBJECT = 3
const KEPT_MS = 11_000
/** For the Workers' own databases and connections. */
const FILES_RESERVED = 800
export const OBJECTS_MIN = 500
const LOOK_EVERY_MS = 250

const reportSchema = z.object({
  userLimits: z.object({ open_files: z.object({ soft: z.number() }) }),
})

/** The limit of this process, which its children inherit; where there is none, a large number. */
export function openFilesMax(): number {
  const report = reportSchema.safeParse(process.report.getReport())
  return report.data?.userLimits.open_files.soft ?? Number.MAX_SAFE_INTEGER
}

export class ObjectBudget {
  readonly max: number
  readonly #made: { objects: number; atMs: number }[] = []
  #kept = 0

  constructor(filesMax = openFilesMax()) {
    this.max = Math.floor((filesMax - FILES_RESERVED) / FILES_PER_OBJECT)
    if (this.max >= OBJECTS_MIN) return
    throw new Error(
      `Only ${filesMax} files may be open at a time; a bench needs some thousands.\n` +
        'Raise the limit first: ulimit -n 20000',
    )
  }

  made(objects: number, atMs = Date.now()): void {
    this.#made.push({ objects, atMs })
  }

  madeForGood(objects: number): void {
    this.#kept += objects
  }

  left(nowMs = Date.now()): number {
    const recent = this.#made.filter(({ atMs }) => nowMs - atMs < KEPT_MS)
    return this.#usable - recent.reduce((sum, { objects }) => sum + objects, 0)
  }

  /** Waits until half of what can be is free, and says how many there are. */
  async take(signal: AbortSignal): Promise<number> {
    if (this.#usable < OBJECTS_MIN) {
      throw new Error(
        `${this.#kept} workflows keep their files. Raise the limit first: ulimit -n, or measure less.`,
      )
    }
    while (this.left() < this.#usable / 2 && !signal.aborted) await delay(LOOK_EVERY_MS)
    return this.left()
  }

  get #usable(): number {
    return this.max - this.#kept
  }
}
