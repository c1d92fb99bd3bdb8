/** Dead letters, the newest first. */
import { useI18n } from 'vue-i18n'
import type { DeadLetter } from '../../../../worker/api/ops/contract.ts'
import { dismissLetter, listLetters, replayLetter } from '../api/ops-api.ts'
import { useIntent } from '../stores/intent.ts'
import { useNewest } from './use-newest.ts'

/** A letter may be long. */
const EVERY_MS = 10_000

/** In the order of the list: by age, and by id among those of one millisecond. */
const isOlder = (one: DeadLetter, other: DeadLetter): boolean =>
  one.at === other.at ? one.messageId < other.messageId : one.at < other.at

/** `isOpenOnly`: those that nobody has sent again or dismissed yet. */
export function useLetters(isOpenOnly: boolean) {
  const { t } = useI18n()
  const intent = useIntent()

  async function read(after?: string) {
    const { letters, next } = await listLetters({
      after,
      handled: isOpenOnly ? 'false' : undefined,
    })
    return { rows: letters, next }
  }
  const newest = useNewest(read, { everyMs: EVERY_MS, isOlder })

  function replay({ messageId }: DeadLetter): void {
    intent.propose({
      title: t('console.letters.replayTitle'),
      text: t('console.letters.replayText'),
      action: t('console.letters.replay'),
      carryOut: async (signed) => newest.changed(await replayLetter(messageId, signed)),
    })
  }

  function dismiss({ messageId }: DeadLetter): void {
    intent.propose({
      title: t('console.letters.dismissTitle'),
      text: t('console.letters.dismissText'),
      action: t('console.letters.dismiss'),
      carryOut: async (signed) => newest.changed(await dismissLetter(messageId, signed)),
    })
  }

  return { ...newest, replay, dismiss }
}
