/** What identifies a command in a log line. */
import type { Command } from '../../durable-objects/core/messages.ts'

export const commandFields = ({ sagaId, step, direction, attempt, traceparent }: Command) => ({
  sagaId,
  step,
  direction,
  attempt,
  traceparent,
})
