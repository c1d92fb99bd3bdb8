/**
 * `npm start` for programs: tests and the demo. A process of its own, so that all of it can be
 * killed and started again on the same state, as a crash would.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { logPathOf, tailOfLog } from './server-log.ts'
import { binaries, inProject } from './project.ts'
import { endGroup, membersOfGroup } from './processes.ts'
import { readRecord } from './server-record.ts'

const START_TIMEOUT_MS = 120_000
const STOP_TIMEOUT_MS = 15_000

export type StartLocalOptions = {
  stateDir: string
  /** 0, the default: any free one. */
  port?: number
  env?: Record<string, string>
}

export type LocalShop = {
  url: string
  operatorToken: string
  stateDir: string
  /** As Ctrl-C does. */
  stop: () => Promise<void>
  /** As a power cut does: SIGKILL to everything at once, nothing is told before. */
  kill: () => Promise<void>
}

type Ready = { url: string; operatorToken: string }

const isReady = (message: unknown): message is Ready =>
  typeof message === 'object' && message !== null && 'url' in message && 'operatorToken' in message

const hasEnded = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null

function untilEnded(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (hasEnded(child)) resolve()
    else child.once('exit', () => resolve())
  })
}

function untilReady(child: ChildProcess, output: () => string): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`npm start was not ready after ${START_TIMEOUT_MS / 1000} s:\n${output()}`))
    }, START_TIMEOUT_MS)
    child.on('message', (message) => {
      clearTimeout(timer)
      if (isReady(message)) resolve(message)
    })
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`npm start ended with ${code ?? 'a signal'}:\n${output()}`))
    })
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
  await untilEnded(child)
  clearTimeout(timer)
}

async function kill(child: ChildProcess, stateDir: string): Promise<void> {
  const server = readRecord(stateDir)?.server ?? null
  child.kill('SIGKILL')
  if (server !== null && membersOfGroup(server.pid).length > 0) await endGroup(server.pid, 0)
  await untilEnded(child)
}

export async function startLocal(options: StartLocalOptions): Promise<LocalShop> {
  const { stateDir } = options
  const child = spawn(binaries.node, [inProject('scripts', 'start.ts')], {
    // A group of its own: Ctrl-C in the terminal is for the caller, who stops the shop in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...process.env,
      // A test runner sets it, and libraries behave differently under it.
      NODE_ENV: '',
      ...options.env,
      PORT: String(options.port ?? 0),
      EDGE_SAGA_STATE: stateDir,
    },
  })
  let output = ''
  const collect = (chunk: Buffer): void => {
    output = `${output}${chunk.toString()}`.slice(-20_000)
  }
  child.stdout?.on('data', collect)
  child.stderr?.on('data', collect)
  try {
    const ready = await untilReady(child, () => output)
    return { ...ready, stateDir, stop: () => stop(child), kill: () => kill(child, stateDir) }
  } catch (error) {
    await kill(child, stateDir)
    throw error
  }
}

/** What the server of this state said last, for the report of a failed test. */
export const serverLogTail = (stateDir: string): string => tailOfLog(logPathOf(stateDir))
