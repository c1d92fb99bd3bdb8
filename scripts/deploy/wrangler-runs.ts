/** Runs of wrangler that deploy or build for production. */
import { dirname } from 'node:path'
import { binaries } from '../local/project.ts'
import { webConfigPath } from '../local/workers.ts'
import { type CommandResult, runCommand } from '../terminal/command.ts'

/** `process.env.NODE_ENV` in a bundle: in production the fault injection is cut out. */
const PRODUCTION = {
  NODE_ENV: 'production',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  // Nobody is there to answer a question.
  CI: 'true',
}

export const tryWrangler = (args: string[]): Promise<CommandResult> =>
  runCommand(binaries.node, [binaries.wrangler, ...args], { env: PRODUCTION })

export async function wrangler(args: string[]): Promise<string> {
  const { code, output } = await tryWrangler(args)
  if (code === 0) return output
  throw new Error(`wrangler ${args.join(' ')} failed:\n${output.trimEnd()}`)
}

export const inWebFolder = (args: string[]): string[] => ['--cwd', dirname(webConfigPath), ...args]
