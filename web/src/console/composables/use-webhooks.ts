/** The endpoints that hear of orders, and registering one. */
import { shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { listWebhooks, registerWebhook } from '../api/webhooks-api.ts'
import { useIntent } from '../stores/intent.ts'
import { useRefreshed } from './use-refreshed.ts'

const EVERY_MS = 10_000

export type Secret = { url: string; secret: string }

export function useWebhooks() {
  const { t } = useI18n()
  const intent = useIntent()
  const { data: endpoints, error, refresh } = useRefreshed(listWebhooks, EVERY_MS)
  /** Of the one that was registered last: nobody is told it again. */
  const secret = shallowRef<Secret | null>(null)

  function register(url: string): void {
    intent.propose({
      title: t('console.webhooks.registerTitle', { url }),
      text: t('console.webhooks.registerText'),
      action: t('console.webhooks.register'),
      carryOut: async (signed) => {
        const registered = await registerWebhook(url, signed)
        secret.value = { url: registered.url, secret: registered.secret }
        void refresh()
      },
    })
  }

  return { endpoints, error, refresh, secret, register }
}
