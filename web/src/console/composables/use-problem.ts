/** What went wrong, in the API's own words, which are English, where it has any. */
import { useI18n } from 'vue-i18n'
import { ApiProblem, Unanswered } from '../../api/client.ts'

export function useProblem() {
  const { t } = useI18n()

  return function problemOf(thrown: unknown): string {
    if (thrown instanceof Unanswered) return t('console.unanswered')
    if (!(thrown instanceof ApiProblem)) return t('console.unexpected')
    const fields = thrown.errors.map(({ field, message }) => `${field}: ${message}`)
    return [`${thrown.message}.`, thrown.detail ?? '', ...fields].join(' ').trim()
  }
}
