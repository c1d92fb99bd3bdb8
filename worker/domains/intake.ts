/**
 * Reads queue messages, before anything touches the database.
 *
 * I1. A malformed message is retried alone, at once: it runs out of deliveries and goes to the
 *     dead letters, and costs its neighbours nothing.
 * I2. A message of an unknown version, or for a step that is not known here, waits for newer code
 *     (M3): retried with a delay, never dropped.
 */
import type * as z from 'zod'
import {
  type Command,
  type Json,
  MESSAGE_VERSION,
  commandSchema,
} from '../../durable-objects/core/messages.ts'
import { logError } from '../../durable-objects/log.ts'

const UNKNOWN_RETRY_DELAY_S = 30

/** What the intake needs to know of a domain's steps. */
export type Steps<Step> = {
  readonly byName: Readonly<Record<string, Step>>
  inputOf(step: Step): z.ZodType<Json>
  /** Whether the step can be asked this, in this direction and mode. */
  accepts(step: Step, command: Command): boolean
}

export type Accepted<Step> = { kind: 'accepted'; command: Command; step: Step }
type Refused = { kind: 'malformed' | 'unknown'; problem: string }

export function readCommand<Step>(body: unknown, steps: Steps<Step>): Accepted<Step> | Refused {
  if (isOfOtherVersion(body)) return { kind: 'unknown', problem: 'message version' }
  const parsed = commandSchema.safeParse(body)
  if (!parsed.success) return { kind: 'malformed', problem: issuesOf(parsed.error) }

  const command = parsed.data
  const step = Object.hasOwn(steps.byName, command.step) ? steps.byName[command.step] : undefined
  if (step === undefined || !steps.accepts(step, command)) {
    return { kind: 'unknown', problem: `${command.direction} (${command.mode}) ${command.step}` }
  }
  const input = steps.inputOf(step).safeParse(command.input)
  if (!input.success) {
    return { kind: 'malformed', problem: `${command.step}: ${issuesOf(input.error)}` }
  }
  return { kind: 'accepted', command: { ...command, input: input.data }, step }
}

/** The command of a message, or undefined when the message has been put back. */
export function takeIn<Step>(message: Message, steps: Steps<Step>): Accepted<Step> | undefined {
  const read = readCommand(message.body, steps)
  if (read.kind === 'accepted') return read
  logError(`${read.kind}-message`, { messageId: message.id, problem: read.problem })
  message.retry({ delaySeconds: read.kind === 'unknown' ? UNKNOWN_RETRY_DELAY_S : 0 })
  return undefined
}

const isOfOtherVersion = (body: unknown): boolean =>
  typeof body === 'object' &&
  body !== null &&
  'v' in body &&
  Number.isInteger(body.v) &&
  body.v !== MESSAGE_VERSION

/** Where and why, without the values: they may be personal. */
const issuesOf = (error: z.ZodError): string =>
  error.issues.map(({ path, code }) => `${path.join('.')}: ${code}`).join('; ')
