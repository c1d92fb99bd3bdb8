/** One endpoint, and what can be done about it. */
import { shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import type { EndpointView } from '../../../../worker/api/ops/webhooks/contract.ts'
import type { Signed } from '../api/as-operator.ts'
import {
  changeWebhook,
  readWebhook,
  removeWebhook,
  replaceSecret,
  replayDead,
  sendTest,
} from '../api/webhooks-api.ts'
import { useIntent } from '../stores/intent.ts'
import { useErrand } from './use-errand.ts'
import { useRefreshed } from './use-refreshed.ts'
import type { Secret } from './use-webhooks.ts'

const EVERY_MS = 5_000

const PARTS_MAX = 100

/** As many at a time as the API takes. */
async function replayAllDead(id: string, signed: Signed): Promise<void> {
  for (let part = 0; part < PARTS_MAX; part += 1) {
    if (!(await replayDead(id, signed)).more) return
  }
}

type Deed = 'active' | 'paused' | 'secret' | 'dead' | 'remove'

/** `refreshDeliveries`: something was sent. */
export function useWebhook(id: string, refreshDeliveries: () => void) {
  const { t } = useI18n()
  const router = useRouter()
  const intent = useIntent()
  const errand = useErrand()

  const endpoint = useRefreshed(() => readWebhook(id), EVERY_MS)
  const secret = shallowRef<Secret | null>(null)

  function refresh(): void {
    void endpoint.refresh()
    refreshDeliveries()
  }

  const DEEDS: Record<Deed, (shown: EndpointView, signed: Signed) => Promise<unknown>> = {
    active: (_, signed) => changeWebhook(id, 'active', signed),
    paused: (_, signed) => changeWebhook(id, 'paused', signed),
    secret: async ({ url }, signed) => {
      secret.value = { url, secret: (await replaceSecret(id, signed)).secret }
    },
    dead: (_, signed) => replayAllDead(id, signed),
    remove: async (_, signed) => {
      await removeWebhook(id, signed)
      await router.push({ name: 'webhooks' })
    },
  }

  function propose(deed: Deed): void {
    const shown = endpoint.data.value
    if (shown === null) return
    intent.propose({
      title: t(`console.webhookDeed.${deed}.title`, { url: shown.url }),
      text: t(`console.webhookDeed.${deed}.text`),
      action: t(`console.webhookDeed.${deed}.action`),
      isGrave: deed === 'remove',
      carryOut: async (signed) => {
        await DEEDS[deed](shown, signed)
        if (deed !== 'remove') refresh()
      },
    })
  }

  const test = () =>
    errand(async () => {
      await sendTest(id)
      refresh()
    }, t('console.webhooks.testSent'))

  return {
    endpoint: endpoint.data,
    error: endpoint.error,
    secret,
    propose,
    test,
    refresh,
  }
}
