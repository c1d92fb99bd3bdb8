/** What an endpoint was or will be sent, the newest first. */
import { useI18n } from 'vue-i18n'
import type { DeliveryView } from '../../../../worker/api/ops/webhooks/contract.ts'
import { listDeliveries, replayDelivery } from '../api/webhooks-api.ts'
import { useIntent } from '../stores/intent.ts'
import { useNewest } from './use-newest.ts'

const EVERY_MS = 5_000

/** In the order of the list: by age, and by id among those of one millisecond. */
const isOlder = (one: DeliveryView, other: DeliveryView): boolean =>
  one.at === other.at ? one.eventId < other.eventId : one.at < other.at

export function useDeliveries(id: string, status: DeliveryView['status'] | undefined) {
  const { t } = useI18n()
  const intent = useIntent()

  async function read(after?: string) {
    const { deliveries, next } = await listDeliveries(id, { status, after })
    return { rows: deliveries, next }
  }
  const newest = useNewest(read, { everyMs: EVERY_MS, isOlder })

  function replay({ eventId }: DeliveryView): void {
    intent.propose({
      title: t('console.letters.replayTitle'),
      text: t('console.webhooks.replayText'),
      action: t('console.letters.replay'),
      carryOut: async (signed) => newest.changed(await replayDelivery(id, eventId, signed)),
    })
  }

  return { ...newest, replay }
}
