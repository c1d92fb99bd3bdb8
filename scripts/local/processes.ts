/**
 * What runs on this machine, as far as ending our own processes needs it. A process is known by
 * its id *and* its birth: ids are used again.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

export type ProcessInfo = { pid: number; group: number; birth: string; command: string }

const POLL_MS = 50
const KILL_WAIT_MS = 2_000

function fromProc(pid: number): ProcessInfo | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name stands in brackets and may hold anything; the fields after it do not.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state = '', , group = ''] = fields
    if (state === 'Z' || state === 'X') return null
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return { pid, group: Number(group), birth: fields[19] ?? '', command }
  } catch {
    // It ended while we looked.
    return null
  }
}

function fromPs(): ProcessInfo[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,state=,lstart=,command='], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 16_777_216,
  })
  const line = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/
  return text.split('\n').flatMap((row) => {
    const [, pid, group, state, birth = '', command = ''] = line.exec(row) ?? []
    if (pid === undefined || state?.startsWith('Z')) return []
    return [{ pid: Number(pid), group: Number(group), birth, command }]
  })
}

/** Everything that runs; what has ended and only waits for its parent is left out. */
function listProcesses(): ProcessInfo[] {
  if (process.platform !== 'linux') return fromPs()
  return readdirSync('/proc').flatMap((name) => {
    const found = /^\d+$/.test(name) ? fromProc(Number(name)) : null
    return found === null ? [] : [found]
  })
}

export const findProcess = (pid: number): ProcessInfo | null =>
  process.platform === 'linux'
    ? fromProc(pid)
    : (fromPs().find((process) => process.pid === pid) ?? null)

export const membersOfGroup = (group: number): ProcessInfo[] =>
  listProcesses().filter((process) => process.group === group)

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch {
    // Nobody of the group is left.
  }
}

async function groupIsGone(group: number, withinMs: number): Promise<boolean> {
  const deadlineMs = Date.now() + withinMs
  while (membersOfGroup(group).length > 0) {
    if (Date.now() >= deadlineMs) return false
    await delay(POLL_MS)
  }
  return true
}

/** SIGTERM, and SIGKILL for what is still there after `graceMs`. Resolves when all have ended. */
export async function endGroup(group: number, graceMs: number): Promise<void> {
  if (graceMs > 0) {
    signalGroup(group, 'SIGTERM')
    if (await groupIsGone(group, graceMs)) return
  }
  signalGroup(group, 'SIGKILL')
  await groupIsGone(group, KILL_WAIT_MS)
}
