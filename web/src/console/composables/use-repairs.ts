/** What can be done to the sagas of one order, each with its words for the dialog. */
import { useI18n } from 'vue-i18n'
import type { Signed } from '../api/as-operator.ts'
import { type Repair, sendTrace } from '../api/ops-api.ts'
import { useIntent } from '../stores/intent.ts'
import type { Stuck } from './history.ts'
import { useErrand } from './use-errand.ts'

type CarryOut = (sagaId: string, what: Repair, signed: Signed) => Promise<void>

const at = (action: 'retry' | 'skip', { step }: Stuck): Repair => ({ action, step: step.plan.name })

export function useRepairs(orderId: string, repair: CarryOut) {
  const { t } = useI18n()
  const intent = useIntent()
  const errand = useErrand()

  function propose(sagaId: string, what: Repair, isGrave = false): void {
    const step = 'step' in what ? what.step : ''
    const { action } = what
    intent.propose({
      title: t(`console.repair.${action}.title`, { step }),
      text: t(`console.repair.${action}.text`),
      action: t(`console.repair.${action}.action`),
      isGrave,
      carryOut: (signed) => repair(sagaId, what, signed),
    })
  }

  const trace = () => errand(() => sendTrace(orderId), t('console.repair.trace.done'))

  return {
    retry: (stuck: Stuck) => propose(stuck.saga.sagaId, at('retry', stuck)),
    skip: (stuck: Stuck) => propose(stuck.saga.sagaId, at('skip', stuck), true),
    resume: (sagaId: string) => propose(sagaId, { action: 'resume' }),
    compensate: (sagaId: string) => propose(sagaId, { action: 'compensate' }, true),
    restore: () => propose(orderId, { action: 'restore' }),
    trace,
  }
}
