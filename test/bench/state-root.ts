/** Where stands keep their state: in memory, where the machine offers that. */
import { accessSync, constants } from 'node:fs'
import { tmpdir } from 'node:os'

export const TMPFS = '/dev/shm'

export function stateRoot(): string {
  try {
    accessSync(TMPFS, constants.W_OK)
    return TMPFS
  } catch {
    return tmpdir()
  }
}
