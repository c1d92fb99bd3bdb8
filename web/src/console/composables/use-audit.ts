/** The audit over all databases, part by part, with what was found so far. */
import { shallowRef } from 'vue'
import type { AuditReport } from '../../../../worker/api/ops/contract.ts'
import { auditPart } from '../api/ops-api.ts'
import { useWalk } from './use-walk.ts'

const PART_ORDERS = 500

export type Audit = Pick<AuditReport, 'counts' | 'violations'> & { isDone: boolean }

const sumOf = (a: AuditReport['counts'], b: AuditReport['counts']): AuditReport['counts'] => ({
  orders: a.orders + b.orders,
  unsettled: a.unsettled + b.unsettled,
  openHolds: a.openHolds + b.openHolds,
  payments: a.payments + b.payments,
  logBehind: a.logBehind + b.logBehind,
  writeOffs: a.writeOffs + b.writeOffs,
})

type Violation = AuditReport['violations'][number]
const keyOf = ({ domain, law, subject }: Violation) => JSON.stringify([domain, law, subject])

/** A part that was repeated finds the same. */
const distinct = (violations: Violation[]): Violation[] => [
  ...new Map(violations.map((it) => [keyOf(it), it])).values(),
]

export function useAudit() {
  const audit = shallowRef<Audit | null>(null)
  const { error, isRunning, walk, goOn } = useWalk()

  function run(): Promise<void> {
    audit.value = null
    return walk(
      (after) => auditPart({ after, limit: PART_ORDERS }),
      ({ counts, violations, next }) => {
        const before = audit.value
        audit.value = {
          counts: before ? sumOf(before.counts, counts) : counts,
          violations: distinct([...(before?.violations ?? []), ...violations]),
          isDone: next === null,
        }
      },
    )
  }

  return { audit, error, isRunning, run, goOn }
}
