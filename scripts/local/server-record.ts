/**
 * Which server runs on a state folder: `<state>/server.json`.
 *
 * R1. One server per state folder: two would write the same SQLite files.
 * R2. A launcher that was killed cannot end its server. The next start finds the record, sees
 *     that the launcher is gone, and ends what it left behind.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { endGroup, findProcess, membersOfGroup } from './processes.ts'

type Identity = { pid: number; birth: string }
export type ServerRecord = { launcher: Identity; server: Identity | null; url: string }

const ORPHAN_GRACE_MS = 1_000
const OURS = /workerd|wrangler|esbuild/

const recordPath = (stateDir: string): string => join(stateDir, 'server.json')

const isIdentity = (value: unknown): value is Identity =>
  typeof value === 'object' &&
  value !== null &&
  'pid' in value &&
  typeof value.pid === 'number' &&
  'birth' in value &&
  typeof value.birth === 'string'

function parseRecord(text: string): ServerRecord | null {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) return null
  if (!('launcher' in value) || !isIdentity(value.launcher)) return null
  const server = 'server' in value && isIdentity(value.server) ? value.server : null
  const url = 'url' in value && typeof value.url === 'string' ? value.url : ''
  return { launcher: value.launcher, server, url }
}

export function readRecord(stateDir: string): ServerRecord | null {
  try {
    return parseRecord(readFileSync(recordPath(stateDir), 'utf8'))
  } catch {
    // None there, or one that was being written when its launcher was killed.
    return null
  }
}

export function writeRecord(stateDir: string, record: ServerRecord): void {
  mkdirSync(stateDir, { recursive: true })
  writeFileSync(recordPath(stateDir), JSON.stringify(record, null, 2))
}

export const removeRecord = (stateDir: string): void =>
  rmSync(recordPath(stateDir), { force: true })

export function identityOf(pid: number): Identity {
  return { pid, birth: findProcess(pid)?.birth ?? '' }
}

const isAlive = ({ pid, birth }: Identity): boolean => findProcess(pid)?.birth === birth

/** The processes of the recorded server that still run. */
function remainsOf(server: Identity): number {
  // A process that bears the leader's id but was born at another time means that the whole group
  // has ended: the system gives no id out again while a group bears it.
  const leader = findProcess(server.pid)
  if (leader !== null && leader.birth !== server.birth) return 0
  return membersOfGroup(server.pid).filter((process) => OURS.test(process.command)).length
}

/** The server whose launcher is alive, or null. What a dead launcher left behind is ended. */
export async function claimState(
  stateDir: string,
  report: (line: string) => void,
): Promise<ServerRecord | null> {
  const record = readRecord(stateDir)
  if (record === null) return null
  if (record.launcher.pid !== process.pid && isAlive(record.launcher)) return record
  const remains = record.server === null ? 0 : remainsOf(record.server)
  if (record.server !== null && remains > 0) {
    report(`ending ${remains} processes that a killed server left behind`)
    await endGroup(record.server.pid, ORPHAN_GRACE_MS)
  }
  removeRecord(stateDir)
  return null
}
