/** A start that is to be refused: what it says, and its exit code. */
import { binaries, inProject } from '../../scripts/local/project.ts'
import { runCommand } from '../../scripts/terminal/command.ts'

export const tryToStart = (env: Record<string, string>, script = 'start.ts') =>
  runCommand(binaries.node, [inProject('scripts', script)], { env })
