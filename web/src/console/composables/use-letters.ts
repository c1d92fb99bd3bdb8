/** Dead letters, the newest first. */
import { computed, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { DeadLetter } from '../../../../worker/api/ops/contract.ts'
import { useRequest } from '../../composables/use-request.ts'
import { dismissLetter, listLetters, replayLetter } from '../api/ops-api.ts'
import { useIntent } from '../stores/intent.ts'

export function useLetters() {
  const { t } = useI18n()
  const intent = useIntent()
  /** Those that nobody has sent again or dismissed yet. */
  const isOpenOnly = ref(true)
  const letters = shallowRef<DeadLetter[]>([])
  const { data, error, status, run } = useRequest(async (after?: string) => ({
    after,
    page: await listLetters({ after, handled: isOpenOnly.value ? 'false' : undefined }),
  }))
  watch(data, (read) => {
    if (read) letters.value = [...(read.after ? letters.value : []), ...read.page.letters]
  })
  const next = computed(() => data.value?.page.next ?? null)

  function load(): void {
    void run()
  }
  watch(isOpenOnly, load)
  load()

  function replay({ messageId }: DeadLetter): void {
    intent.propose({
      title: t('console.letters.replayTitle'),
      text: t('console.letters.replayText'),
      action: t('console.letters.replay'),
      carryOut: async (signed) => show(await replayLetter(messageId, signed)),
    })
  }

  function dismiss({ messageId }: DeadLetter): void {
    intent.propose({
      title: t('console.letters.dismissTitle'),
      text: t('console.letters.dismissText'),
      action: t('console.letters.dismiss'),
      carryOut: async (signed) => show(await dismissLetter(messageId, signed)),
    })
  }

  /** Stays listed until the next look, so that it is seen what was done. */
  function show(letter: DeadLetter): void {
    letters.value = letters.value.map((it) => (it.messageId === letter.messageId ? letter : it))
  }

  return {
    letters,
    isOpenOnly,
    error,
    isLoaded: computed(() => data.value !== null),
    isLoading: computed(() => status.value === 'loading'),
    next,
    load,
    more: () => (next.value === null ? Promise.resolve() : run(next.value)),
    replay,
    dismiss,
  }
}
