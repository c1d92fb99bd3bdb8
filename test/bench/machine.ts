/** What the numbers were measured on. */
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { z } from 'zod'
import { inProject } from '../../scripts/local/project.ts'
import { openFilesMax } from './object-budget.ts'
import type { Machine } from './result.ts'
import { TMPFS, stateRoot } from './state-root.ts'

const BYTES_PER_GIB = 1024 ** 3
const packageSchema = z.object({ version: z.string() })

export function describeMachine(): Machine {
  const workerd = inProject('node_modules', 'workerd', 'package.json')
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / BYTES_PER_GIB),
    node: process.versions.node,
    workerd: packageSchema.parse(JSON.parse(readFileSync(workerd, 'utf8'))).version,
    openFilesMax: openFilesMax(),
    state: stateRoot() === TMPFS ? `${TMPFS} (tmpfs)` : stateRoot(),
    date: new Date().toISOString(),
  }
}
