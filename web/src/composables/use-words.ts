/** The plain words for the API's permanent codes and names. */
import { useI18n } from 'vue-i18n'
import type { StepView } from '../../../worker/api/contract.ts'
import { ApiProblem, Unanswered } from '../api/client.ts'

export function useWords() {
  const i18n = useI18n()
  const t = (key: string, named: Record<string, unknown> = {}) => i18n.t(key, named)
  const te = (key: string) => i18n.te(key)

  /** Null for a code that the page has no words for. */
  const known = (value: string): string | null =>
    te(`codes.${value}`) ? t(`codes.${value}`) : null

  /** `fallback` is what the server said, in its own language. */
  const code = (value: string, fallback?: string): string =>
    known(value) ?? (fallback || t('codes.unexpected', { code: value }))

  function error(thrown: unknown): string {
    if (thrown instanceof ApiProblem) return code(thrown.code, thrown.detail ?? thrown.message)
    return thrown instanceof Unanswered
      ? t('codes.unanswered')
      : t('codes.unexpected', { code: '' })
  }

  /** A step as a sentence: what is being done or has been done. */
  function step({ name, status }: Pick<StepView, 'name' | 'status'>): string {
    const named = te(`steps.${name}.title`) ? name : 'other'
    const key = `steps.${named}.${status}`
    return te(key) ? t(key) : t(`steps.${named}.title`)
  }

  /** A category that was added since has no words but its own name. */
  const category = (name: string): string =>
    te(`categories.${name}`) ? t(`categories.${name}`) : name

  const country = (region: string): string =>
    new Intl.DisplayNames(i18n.locale.value, { type: 'region' }).of(region) ?? region

  return { known, code, error, step, category, country }
}
