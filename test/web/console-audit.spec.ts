/** The audit, part by part: a bad night does not have it begin again. */
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type EffectScope, effectScope } from 'vue'
import { Unanswered } from '../../web/src/api/client.ts'
import { useAudit } from '../../web/src/console/composables/use-audit.ts'
import type { AuditReport } from '../../worker/api/ops/contract.ts'

const AFTER = `ord_${'1'.padStart(32, '0')}`
const counts = { orders: 2, unsettled: 0, openHolds: 0, payments: 2, logBehind: 0, writeOffs: 0 }
const part = (next: string | null): AuditReport => ({
  ok: true,
  checkedAt: '2026-12-01T02:00:00.000Z',
  counts,
  violations: [],
  next,
})

let scope: EffectScope
beforeEach(() => {
  setActivePinia(createPinia())
  scope = effectScope()
})
afterEach(() => {
  scope.stop()
  vi.unstubAllGlobals()
})

it('goes on where it failed: the part without `after` keeps the domains busy', async () => {
  const asked: string[] = []
  const answers = [part(AFTER), null, part(null)].values()
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path)
    const report = answers.next().value
    if (!report) throw new TypeError('offline')
    return Response.json(report)
  })
  const found = scope.run(() => useAudit())
  if (!found) throw new Error('the scope is over')
  const { audit, error, isRunning, run, goOn } = found
  await run()
  expect(error.value).toBeInstanceOf(Unanswered)
  expect(audit.value).toMatchObject({ counts: { orders: 2 }, isDone: false })
  expect(isRunning.value).toBe(false)
  await goOn()
  expect(error.value).toBeNull()
  expect(audit.value).toMatchObject({ counts: { orders: 4 }, isDone: true })
  expect(asked.map((path) => path.includes(`after=${AFTER}`))).toEqual([false, true, true])
})
