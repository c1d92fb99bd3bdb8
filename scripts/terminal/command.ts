/** Runs a program to its end, with its output shown or kept. */
import { spawn } from 'node:child_process'
import { projectRoot } from '../local/project.ts'

const OUTPUT_CHARS_MAX = 200_000

export type CommandResult = { code: number; output: string }
export type CommandOptions = { env?: NodeJS.ProcessEnv; show?: boolean }

export function runCommand(
  command: string,
  args: string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(command, args, {
    cwd: projectRoot,
    stdio: options.show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  })
  let output = ''
  const collect = (chunk: Buffer): void => {
    output = `${output}${chunk.toString()}`.slice(-OUTPUT_CHARS_MAX)
  }
  child.stdout?.on('data', collect)
  child.stderr?.on('data', collect)
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}` }))
    child.on('exit', (code) => resolve({ code: code ?? 1, output }))
  })
}
