/** The comparison as a program: `npm run simulate -- --policies` says what it is to do. */
import { writeFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import { quiet } from '../quiet.ts'
import { missedBounds } from './bounds.ts'
import { CALENDARS, CALENDAR_NAMES } from './calendar.ts'
import { type CompareOptions, compare } from './compare.ts'
import type { PolicyName } from './result.ts'
import type { Watch } from './run.ts'
import { tableOf } from './table.ts'

const PROGRESS_MS = 5_000
const EXIT_INTERRUPTED = 130

const optionsSchema = z.object({
  seed: z.int(),
  ordersPerSecond: z.int().min(1),
  seconds: z.int().min(1),
  incidents: z.enum(CALENDAR_NAMES),
  json: z.string().nullable(),
})

const print = console.log.bind(console)
let isEnded = false
process.on('SIGINT', () => {
  isEnded = true
})

function watchOf(policy: PolicyName, { seconds }: CompareOptions): Watch {
  let toldAtMs = performance.now()
  return {
    goOn: async (virtualMs) => {
      // Signals come between turns of the event loop only.
      await setImmediate()
      if (performance.now() - toldAtMs > PROGRESS_MS) {
        toldAtMs = performance.now()
        print(`${policy}: ${Math.round(virtualMs / 1_000)} s of ${seconds} s`)
      }
      return !isEnded
    },
  }
}

const { json, incidents, ...how } = optionsSchema.parse(JSON.parse(process.argv[2] ?? '{}'))
const options: CompareOptions = { ...how, calendar: CALENDARS[incidents] }
quiet()
const comparison = await compare(options, (policy) => watchOf(policy, options))
if (comparison === null) {
  print('Ended early: nothing was compared.')
  process.exitCode = EXIT_INTERRUPTED
} else {
  print(tableOf(comparison, incidents))
  if (json !== null) writeFileSync(json, `${JSON.stringify({ ...comparison, incidents })}\n`)
  const ours = comparison.rows.find(({ policy }) => policy === 'ours')
  if (!ours || missedBounds(ours).length > 0) process.exitCode = 1
}
