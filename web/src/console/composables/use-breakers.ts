/** The domains' breakers: asked again and again, and at once when the shop's status socket tells of a change. */
import { watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Breaker, BreakerChange } from '../../../../worker/api/ops/contract.ts'
import { useServiceStatus } from '../../composables/use-service-status.ts'
import type { Signed } from '../api/as-operator.ts'
import { changeBreaker, listBreakers } from '../api/ops-api.ts'
import { useIntent } from '../stores/intent.ts'
import { useRefreshed } from './use-refreshed.ts'

const EVERY_MS = 3_000

export function useBreakers() {
  const { t } = useI18n()
  const intent = useIntent()
  const { data: breakers, error, refresh } = useRefreshed(listBreakers, EVERY_MS)
  const { services } = useServiceStatus()
  watch(services, () => void refresh())

  /** `etag`: of what the operator saw when they chose. */
  async function change(
    { domain, etag }: Breaker,
    what: Omit<BreakerChange, keyof Signed>,
    signed: Signed,
  ): Promise<void> {
    try {
      const changed = await changeBreaker(domain, { ...signed, ...what }, etag)
      breakers.value = (breakers.value ?? []).map((it) => (it.domain === domain ? changed : it))
    } finally {
      void refresh()
    }
  }

  function force(breaker: Breaker, wanted: Breaker['force']): void {
    const { domain } = breaker
    intent.propose({
      title: t(`console.force.${wanted}.title`, { domain }),
      text: t(`console.force.${wanted}.text`),
      action: t(`console.force.${wanted}.action`),
      isGrave: wanted === 'open',
      carryOut: (signed) => change(breaker, { force: wanted }, signed),
    })
  }

  function set(breaker: Breaker, settings: NonNullable<BreakerChange['settings']>): void {
    const { domain } = breaker
    intent.propose({
      title: t('console.domains.setTitle', { domain }),
      text: t('console.domains.setText'),
      action: t('console.domains.set'),
      carryOut: (signed) => change(breaker, { settings }, signed),
    })
  }

  return { breakers, error, refresh, force, set }
}
