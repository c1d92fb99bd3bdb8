/**
 * One line of JSON for each thing that an operator should know of: no prose, nothing personal. The domains
 * write theirs with it as well, so that one query finds what belongs together.
 */

type Fields = Record<string, unknown>

export const logInfo = (event: string, fields: Fields): void =>
  console.log(lineOf('info', event, fields, undefined))

export const logWarning = (event: string, fields: Fields, cause?: unknown): void =>
  console.warn(lineOf('warn', event, fields, cause))

export const logError = (event: string, fields: Fields, cause?: unknown): void =>
  console.error(lineOf('error', event, fields, cause))

function lineOf(level: string, event: string, fields: Fields, cause: unknown): string {
  return JSON.stringify({ level, event, ...fields, cause: describe(cause) })
}

/** The first cause is what went wrong; what was thrown on top of it only says where. */
function describe(cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause
  return cause.cause === undefined ? (cause.stack ?? cause.message) : describe(cause.cause)
}
