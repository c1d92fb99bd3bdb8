/** Arguments of a script, and its --help. */
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type ParseArgsConfig, parseArgs } from 'node:util'

const EXIT_USAGE = 2

/** Ends with what is wrong, and what to do. */
export function refuse(message: string): never {
  console.error(message)
  process.exit(EXIT_USAGE)
}

type Options = NonNullable<ParseArgsConfig['options']>

/**
 * Prints `help` and ends on --help; ends with a hint on an argument that is not known. Those without
 * dashes are known only to a script that says so.
 */
export function readArgs<const O extends Options>(
  help: string,
  options: O,
  { takesNames = false } = {},
) {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    console.log(help.trim())
    process.exit(0)
  }
  const command = /^npm (?:run )?[a-z-]+/.exec(help.trim())?.[0] ?? 'npm run'
  const parsed = parse(command, options)
  refuseKeptByNpm(command, options, Object.keys(parsed.values))
  const [stray] = parsed.positionals
  if (stray !== undefined && !takesNames) refuse(strayHint(stray, command, Object.keys(options)))
  return parsed
}

function parse<const O extends Options>(command: string, options: O) {
  try {
    return parseArgs({ options, allowPositionals: true })
  } catch (error) {
    // The rest of what Node says is about options of its own making.
    const [said = ''] = (error instanceof Error ? error.message : String(error)).split(/[.\n]/)
    const unknown = /^Unknown option '(.+?)'/.exec(said)?.[1]
    return refuse(
      `${unknown === undefined ? said : `"${unknown}" is no option of ${command}`}. ${NOTHING_BEGUN}\n` +
        helpHint(command),
    )
  }
}

const NOTHING_BEGUN = 'Nothing was begun.'
export const helpHint = (command: string): string => `${command} -- --help explains what there is.`

/** Without a `--` before them npm reads options as its own, and the script would run without them. */
function refuseKeptByNpm(command: string, options: Options, given: string[]): void {
  const kept = Object.entries(options).flatMap(([name, { type }]) => {
    const value = SETTINGS_OF_NPM.has(name) ? undefined : process.env[npmVariable(name)]
    if (!value || value === 'false' || given.includes(name)) return []
    if (type === 'boolean') return [`--${name}`]
    // Of `--runs 20` npm keeps that there was something; of `--runs=20` all.
    return [value === 'true' ? `--${name} …` : `--${name} ${value.split('\n\n').join(',')}`]
  })
  if (kept.length === 0) return
  refuse(
    `npm took this for itself: ${kept.join(' ')}. ${NOTHING_BEGUN}\n` +
      `What comes after -- is for the script: ${command} -- ${kept.join(' ')}`,
  )
}

const npmVariable = (name: string): string => `npm_config_${name.replaceAll('-', '_')}`

/** Kept in many an .npmrc: it says nothing about this command. */
const SETTINGS_OF_NPM = new Set(['jobs'])

function strayHint(stray: string, command: string, names: string[]): string {
  const none = `"${stray}" is no argument of ${command}`
  if (names.length === 0) return `${none}, which takes none.`
  const meant = names.includes(stray) ? [stray] : names
  return (
    `${none}. ${NOTHING_BEGUN}\n` +
    `Its options have dashes and come after --, as in ${command} -- --${meant[0]}` +
    `${meant.length > 1 ? `; ${command} -- --help names all` : ''}.`
  )
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

/**
 * Where to write something in the end, as a whole path; null where it is not wanted. Ends with a hint
 * where nothing can be written: better now than after the whole run.
 */
export function readFilePath(name: string, text: string | undefined): string | null {
  if (text === undefined) return null
  const path = resolve(text)
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder')
    accessSync(existsSync(path) ? path : dirname(path), constants.W_OK)
    return path
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return refuse(`--${name}: nothing can be written to ${path} (${reason}).`)
  }
}
