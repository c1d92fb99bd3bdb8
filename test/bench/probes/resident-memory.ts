/** Memory of the workerd that a process started, by Linux' /proc. */
import { readFileSync, readdirSync } from 'node:fs'

const BYTES_PER_KIB = 1024

export function workerdOf(parent: number): number {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isWorkerdOf(parent, pid))
  const [workerd, ...others] = children
  if (workerd === undefined || others.length > 0) {
    throw new Error(`${children.length} workerd of process ${parent}, instead of one`)
  }
  return workerd
}

export function residentBytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  if (kib === undefined) throw new Error(`/proc/${pid}/status says nothing of VmRSS`)
  return Number(kib) * BYTES_PER_KIB
}

/** A process may end while it is looked at. */
function isWorkerdOf(parent: number, pid: number): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return /^Name:\s+workerd$/m.test(status) && status.includes(`\nPPid:\t${parent}\n`)
  } catch {
    return false
  }
}
