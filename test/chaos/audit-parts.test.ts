/** Of scripts/client/audit.ts: a whole made of parts must not hide what one of them found. */
import { describe, expect, it } from 'vitest'
import type { AuditReport } from '../../worker/api/ops/contract.ts'
import { auditInParts } from '../../scripts/client/audit.ts'

const COUNTS = { orders: 2, unsettled: 1, openHolds: 3, payments: 2, logBehind: 1, writeOffs: 1 }
const DOMAIN_LAW = { domain: 'points', law: 'sum of all', subject: 'cus_1', detail: '1 <> 2' }
const ORDER_LAW = { domain: 'payments', law: 'one-capture', subject: 'ord_b', detail: '2' }

const part = (violations: AuditReport['violations'], next: string | null): AuditReport => ({
  ok: violations.length === 0,
  checkedAt: '2026-11-01T00:00:00.000Z',
  counts: COUNTS,
  violations,
  next,
})

async function audited(parts: AuditReport[]): Promise<{ asked: string[]; report: AuditReport }> {
  const asked: string[] = []
  const report = await auditInParts(async (path) => {
    asked.push(path)
    return parts[asked.length - 1]
  })
  return { asked, report }
}

describe('an audit in parts', () => {
  it('goes on where the part before ended, until none is left', async () => {
    const { asked, report } = await audited([part([], 'ord_a'), part([], null)])
    expect(asked).toEqual(['/api/ops/audit?limit=500', '/api/ops/audit?limit=500&after=ord_a'])
    expect(report).toMatchObject({ ok: true, next: null, violations: [] })
  })

  it('counts the orders of all parts', async () => {
    const { report } = await audited([part([], 'ord_a'), part([], null)])
    const doubled = {
      orders: 4,
      unsettled: 2,
      openHolds: 6,
      payments: 4,
      logBehind: 2,
      writeOffs: 2,
    }
    expect(report.counts).toEqual(doubled)
  })

  it('is not clean when any part is not, and tells what two parts found once', async () => {
    const { report } = await audited([part([DOMAIN_LAW, ORDER_LAW], 'ord_b'), part([], null)])
    expect(report.ok).toBe(false)
    const { report: twice } = await audited([
      part([DOMAIN_LAW], 'ord_a'),
      part([DOMAIN_LAW, ORDER_LAW], null),
    ])
    expect(twice.violations).toEqual([DOMAIN_LAW, ORDER_LAW])
  })
})
