/**
 * What an order may use: budget.json, counted once and kept. A change that makes an order dearer has
 * to say so there. One that makes it cheaper, too: otherwise the next dearer one would go unseen.
 */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { inProject } from '../../../scripts/local/project.ts'
import type { KindCost } from '../result.ts'
import { billOf } from './bill.ts'
import { ORDER_KINDS } from './order-kinds.ts'
import { itemsOf } from './usage.ts'

const PATH = inProject('test', 'bench', 'cost', 'budget.json')
/** Of the budget, above or below. */
const TOLERANCE = 0.05

const count = z.number()
const kindSchema = z.object({
  usage: z.object({
    workerRequests: count,
    queueBatches: count,
    objectRequests: count,
    breakerRequests: count,
    objectSeconds: count,
    objectRowsWritten: count,
    logRowsWritten: count,
    rowsRead: count,
    commandOperations: count,
    logOperations: count,
  }),
  domains: z.object({ rowsRead: count, rowsWritten: count }),
})
const budgetSchema = z.record(z.enum(ORDER_KINDS), kindSchema)
export type Budget = z.infer<typeof budgetSchema>

export const readBudget = (): Budget => budgetSchema.parse(JSON.parse(readFileSync(PATH, 'utf8')))

export const budgetFrom = (kinds: readonly KindCost[]): Budget =>
  budgetSchema.parse(Object.fromEntries(kinds.map((it) => [it.kind, it])))

/** Where `counted` is off the budget: what is written or sent, and the sum of dollars. */
export function deviations(budget: Budget, counted: Budget): string[] {
  return ORDER_KINDS.flatMap((kind) => {
    const [allowed, used] = [measuresOf(budget[kind]), measuresOf(counted[kind])]
    return Object.entries(used).flatMap(([name, value]) => {
      const limit = allowed[name] ?? 0
      return Math.abs(value - limit) <= TOLERANCE * limit
        ? []
        : [`${kind} order, ${name}: ${value} instead of ${limit}`]
    })
  })
}

/**
 * Reads, seconds, batches and what breakers are asked hang on how busy the machine is: they count in
 * the sum only.
 */
const measuresOf = ({ usage, domains }: Budget[keyof Budget]): Record<string, number> => ({
  'object rows written': usage.objectRowsWritten,
  'saga log rows written': usage.logRowsWritten,
  'domain rows written': domains.rowsWritten,
  'command queue operations': usage.commandOperations,
  'saga log queue operations': usage.logOperations,
  'object requests': usage.objectRequests,
  'Worker requests': usage.workerRequests,
  'dollars in a million orders': billOf(itemsOf(usage)).perMillionUsd,
})
