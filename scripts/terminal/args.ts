/** Arguments of a script, and its --help. */
import { type ParseArgsConfig, parseArgs } from 'node:util'

const EXIT_USAGE = 2

/** Ends with what is wrong, and what to do. */
export function refuse(message: string): never {
  console.error(message)
  process.exit(EXIT_USAGE)
}

/** Prints `help` and ends on --help; ends with a hint on an argument that is not known. */
export function readArgs<const O extends NonNullable<ParseArgsConfig['options']>>(
  help: string,
  options: O,
) {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    console.log(help.trim())
    process.exit(0)
  }
  try {
    return parseArgs({ options, allowPositionals: true })
  } catch (error) {
    return refuse(`${error instanceof Error ? error.message : String(error)}\n\n${help.trim()}`)
  }
}

/** A whole number of at least `min`, or an end with a hint. */
export function readCount(
  name: string,
  text: string | undefined,
  fallback: number,
  min = 1,
): number {
  if (text === undefined) return fallback
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= min) return value
  return refuse(`--${name} must be a whole number of at least ${min}, not "${text}".`)
}
