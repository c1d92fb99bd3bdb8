/** One line of JSON per event, for Workers Logs: no prose, nothing personal. */
import type { Command } from '../../durable-objects/core/messages.ts'

type Fields = Record<string, unknown>

export const logInfo = (event: string, fields: Fields): void =>
  console.log(JSON.stringify({ level: 'info', event, ...fields }))

export const logError = (event: string, fields: Fields, error?: unknown): void =>
  console.error(
    JSON.stringify({
      level: 'error',
      event,
      ...fields,
      ...(error === undefined
        ? {}
        : { error: error instanceof Error ? error.message : 'not an Error' }),
    }),
  )

/** What identifies a command in a log line. */
export const commandFields = ({
  sagaId,
  step,
  direction,
  attempt,
  traceparent,
}: Command): Fields => ({
  sagaId,
  step,
  direction,
  attempt,
  traceparent,
})
