/** The last words of a script that failed. */
import { EXIT_FAILED } from './lifetime.ts'

/** What a script says of a failure is meant to be acted on: a stack would bury it. */
export function reportAndExit(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error)
  console.error(`\n${message}\n`)
  if (process.env.DEBUG && error instanceof Error) console.error(error.stack)
  process.exit(EXIT_FAILED)
}
