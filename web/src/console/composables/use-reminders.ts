/** A domain whose database was brought back is told again what it has done since, order by order. */
import { ref, shallowRef } from 'vue'
import type { DomainReminderReport } from '../../../../worker/api/ops/contract.ts'
import { remindPart } from '../api/ops-api.ts'
import { useParts } from './use-parts.ts'

const PART_ORDERS = 50

type Report = Omit<DomainReminderReport, 'next'>
const NOTHING: Report = { orders: 0, done: 0, refused: [], failed: 0 }

export function useReminders() {
  const report = shallowRef<Report | null>(null)
  const error = shallowRef<unknown>(null)
  const isRunning = ref(false)
  const inParts = useParts()

  /** `since`: ISO 8601. */
  async function remind(domain: string, since: string): Promise<void> {
    error.value = null
    report.value = NOTHING
    isRunning.value = true
    try {
      await inParts(
        (after) => remindPart(domain, { since, after, limit: PART_ORDERS }),
        ({ orders, done, refused, failed }) => {
          const before = report.value ?? NOTHING
          report.value = {
            orders: before.orders + orders,
            done: before.done + done,
            refused: [...before.refused, ...refused],
            failed: before.failed + failed,
          }
        },
      )
    } catch (thrown) {
      error.value = thrown
    } finally {
      isRunning.value = false
    }
  }

  return { report, error, isRunning, remind }
}
