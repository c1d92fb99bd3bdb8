/** From counts to dollars. */
import { describe, expect, it } from 'vitest'
import { goldenPlacing } from '../core/golden-run.ts'
import { billOf } from './cost/bill.ts'
import { Tally, difference } from './cost/counts.ts'
import { itemsOf, usageOf } from './cost/usage.ts'
import { workflowsBill } from './cost/workflows-formula.ts'

const { order } = goldenPlacing

describe("Workflows' formula", () => {
  it('a good order: nine steps, a request, and a start', () => {
    expect(workflowsBill(order, 'good')).toEqual({
      items: [
        { what: 'workflow steps', perOrder: 9, price: 'workflowStep', perMillionUsd: 72 },
        { what: 'Worker requests', perOrder: 1, price: 'workerRequest', perMillionUsd: 0.3 },
        { what: 'workflows started', perOrder: 1, price: 'workerRequest', perMillionUsd: 0.3 },
      ],
      perMillionUsd: 72.6,
    })
  })

  it('a declined order: four holds, the card, four rollbacks', () => {
    expect(workflowsBill(order, 'declined').perMillionUsd).toBe(72.6)
  })

  it('a cancelled order: four holds, four rollbacks', () => {
    expect(workflowsBill(order, 'cancelled').perMillionUsd).toBe(64.6)
  })
})

describe('a bill', () => {
  it('adds up what is exact, not what was rounded for showing', () => {
    const thirds = Array.from({ length: 3 }, () => ({
      what: 'a third of a cent',
      perOrder: 1 / 300,
      price: 'rowWritten' as const,
    }))
    const { items, perMillionUsd } = billOf(thirds)
    expect(items.map((item) => item.perMillionUsd)).toEqual([0, 0, 0])
    expect(perMillionUsd).toBe(0.01)
  })
})

describe('counts', () => {
  it('are those between two readings, also of what was not counted before', () => {
    const tally = new Tally()
    tally.add('requests', 2)
    const before = tally.counts()
    tally.add('requests')
    tally.add('DB: rows written', 7)
    expect(difference(before, tally.counts())).toEqual({ requests: 1, 'DB: rows written': 7 })
  })

  it("become what one order uses; the domains' own rows apart", () => {
    const { usage, domains } = usageOf(
      {
        'edge-saga': {
          requests: 2,
          'queue batches': 1,
          'object requests': 8,
          'object rows read': 10,
          'object rows written': 28,
          'object busy ms': 400,
          'SAGA_LOG_DB: rows written': 20,
          'SAGA_LOG_DB: rows read': 40,
          'CATALOG_DB: rows read': 2,
          'PAYMENTS_COMMANDS: messages sent': 4,
          'SAGA_LOG: messages sent': 2,
          'edge-saga-log: messages delivered': 4,
        },
        'edge-saga-payments': {
          'queue batches': 1,
          'edge-saga-payments: messages delivered': 4,
          'DB: rows read': 6,
          'DB: rows written': 8,
        },
      },
      2,
    )
    expect(usage).toEqual({
      workerRequests: 1,
      queueBatches: 1,
      objectRequests: 4,
      breakerRequests: 0,
      objectSeconds: 0.2,
      objectRowsWritten: 14,
      logRowsWritten: 10,
      rowsRead: 26,
      commandOperations: 6,
      // Delivered twice.
      logOperations: 4,
    })
    expect(domains).toEqual({ rowsRead: 3, rowsWritten: 4 })
    expect(billOf(itemsOf(usage)).perMillionUsd).toBe(29.55)
  })
})
