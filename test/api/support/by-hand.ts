/** A program that runs beside the shop, as it is run by hand. */
import { type ChildProcess, spawn } from 'node:child_process'
import { afterEach, beforeEach, expect, vi } from 'vitest'
import { freePort } from '../../../scripts/local/ports.ts'
import { binaries, inProject } from '../../../scripts/local/project.ts'
import { runCommand } from '../../../scripts/terminal/command.ts'

/** A port of its own for each test, and nothing left running after it. */
export function useProgram(name: string) {
  const script = inProject('scripts', `${name}.ts`)
  const children: ChildProcess[] = []
  let port = 0
  beforeEach(async () => {
    port = await freePort('localhost')
  })
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })

  return {
    port: () => port,
    run: (...args: string[]) => runCommand(binaries.node, [script, ...args]),
    /** Once it listens. `printed`: waits until it has said so much. */
    start: async (...args: string[]) => {
      const child = spawn(binaries.node, [script, ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      children.push(child)
      let output = ''
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString()
      })
      const printed = (text: string) =>
        vi.waitFor(() => expect(output).toContain(text), { timeout: 10_000 })
      await printed('Listening')
      return { child, printed, output: () => output }
    },
  }
}
