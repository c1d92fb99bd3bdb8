/** A domain whose database was brought back is told again what it has done since, order by order. */
import { shallowRef } from 'vue'
import type { DomainReminderReport } from '../../../../worker/api/ops/contract.ts'
import { remindPart } from '../api/ops-api.ts'
import { useWalk } from './use-walk.ts'

const PART_ORDERS = 50

type Report = Omit<DomainReminderReport, 'next'> & { domain: string }

export function useReminders() {
  const report = shallowRef<Report | null>(null)
  const { error, isRunning, walk, goOn } = useWalk()

  /** `since`: ISO 8601. */
  function remind(domain: string, since: string): Promise<void> {
    let before: Report = { domain, orders: 0, done: 0, refused: [], failed: 0 }
    report.value = before
    return walk(
      (after) => remindPart(domain, { since, after, limit: PART_ORDERS }),
      ({ orders, done, refused, failed }) => {
        before = {
          domain,
          orders: before.orders + orders,
          done: before.done + done,
          refused: [...before.refused, ...refused],
          failed: before.failed + failed,
        }
        report.value = before
      },
    )
  }

  return { report, error, isRunning, remind, goOn }
}
