/** The link by which an order can be followed from elsewhere. */
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { type OrderId, isOrderId } from '../../../durable-objects/core/ids.ts'
import { issueFollowKey } from '../api/follow-api.ts'
import { useNotices } from '../stores/notices.ts'
import { useWords } from './use-words.ts'

export function useFollowLink(id: string) {
  const { t } = useI18n()
  const router = useRouter()
  const notices = useNotices()
  const words = useWords()
  const link = ref<{ address: string; until: string } | null>(null)
  const isMaking = ref(false)

  async function make(orderId: OrderId) {
    const { key, until } = await issueFollowKey(orderId)
    // Behind the `#`: browsers send that to nobody, neither in a request nor as a referrer.
    const { href } = router.resolve({ name: 'follow', params: { id }, hash: `#key=${key}` })
    return { address: new URL(href, location.href).href, until }
  }

  async function copy(address: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(address)
      notices.show({ title: t('follow.copied'), icon: 'i-lucide-check' })
    } catch {
      // Some browsers want the click itself, or a permission. The link stands on the page.
      notices.show({ title: t('follow.copyYourself'), icon: 'i-lucide-link' })
    }
  }

  async function share(): Promise<void> {
    if (isMaking.value || !isOrderId(id)) return
    isMaking.value = true
    try {
      link.value ??= await make(id)
      await copy(link.value.address)
    } catch (error) {
      notices.show({
        title: t('follow.failed'),
        text: words.error(error),
        icon: 'i-lucide-circle-alert',
        isProblem: true,
      })
    } finally {
      isMaking.value = false
    }
  }

  return { link, isMaking, share }
}
