/** Runs a program for a limited time, and leaves nothing of it behind. */
import { spawn } from 'node:child_process'
import { endGroup } from '../local/processes.ts'

const OUTPUT_CHARS_MAX = 200_000

export type Ended = { kind: 'ended'; code: number; output: string } | { kind: 'timeout' }
export type Limits = { limitMs: number; signal: AbortSignal }

/** Rejects when the signal aborts. A group of its own: a bug may leave children that never end. */
export async function runLimited(
  command: string,
  args: readonly string[],
  { cwd, env = {} }: { cwd: string; env?: NodeJS.ProcessEnv },
  { limitMs, signal }: Limits,
): Promise<Ended> {
  signal.throwIfAborted()
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  const collect = (chunk: Buffer): void => {
    output = `${output}${chunk.toString()}`.slice(-OUTPUT_CHARS_MAX)
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const closed = new Promise((resolve) => void child.on('close', resolve))
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })

  let isLate = false
  const kill = (): boolean => child.kill('SIGKILL')
  const timer = setTimeout(() => {
    isLate = true
    kill()
  }, limitMs)
  signal.addEventListener('abort', kill)
  try {
    const code = await ended
    if (child.pid !== undefined) await endGroup(child.pid, 0)
    await closed
    signal.throwIfAborted()
    return isLate ? { kind: 'timeout' } : { kind: 'ended', code, output }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', kill)
  }
}
