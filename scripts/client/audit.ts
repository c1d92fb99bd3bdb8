/** The audit of the whole shop, in parts: one request for many orders would take too long. */
import { type AuditReport, auditReportSchema } from '../../worker/api/ops/contract.ts'

const PART_ORDERS = 500

/** What was found twice is told once. */
function together(parts: AuditReport[]): Omit<AuditReport, 'checkedAt' | 'next'> {
  const sum = (name: keyof AuditReport['counts']): number =>
    parts.reduce((total, { counts }) => total + counts[name], 0)
  const violations = new Map(
    parts.flatMap((part) => part.violations.map((it) => [JSON.stringify(it), it] as const)),
  )
  return {
    ok: parts.every(({ ok }) => ok),
    counts: {
      orders: sum('orders'),
      unsettled: sum('unsettled'),
      openHolds: sum('openHolds'),
      payments: sum('payments'),
      logBehind: sum('logBehind'),
      writeOffs: sum('writeOffs'),
    },
    violations: [...violations.values()],
  }
}

export async function auditInParts(ask: (path: string) => Promise<unknown>): Promise<AuditReport> {
  const parts: AuditReport[] = []
  let after = ''
  for (;;) {
    const part = auditReportSchema.parse(
      await ask(`/api/ops/audit?limit=${PART_ORDERS}${after && `&after=${after}`}`),
    )
    parts.push(part)
    if (part.next === null) return { ...part, ...together(parts) }
    after = part.next
  }
}
