/** What is wrong with an address, at its fields and in the shopper's language. */
import { useI18n } from 'vue-i18n'
import { formatOf } from '../../../worker/api/address-formats.ts'
import { addressFaults } from '../../../worker/api/address-rules.ts'
import type { FieldError } from '../api/client.ts'
import type { AddressDraft } from '../stores/address-draft.ts'

/** Also among words that are read from the right, a code is read from the left. */
const isolated = (code: string): string => `\u2066${code}\u2069`

export function useAddressErrors() {
  const { t } = useI18n()

  return (draft: AddressDraft): FieldError[] => {
    const required = t('checkout.required')
    const example = isolated(formatOf(draft.country).postalCode?.shape?.example ?? '')
    const errors = addressFaults(draft).map(({ field, kind }) => ({
      field: `shipTo.${field}`,
      message: kind === 'missing' ? required : t('checkout.postalCodeLike', { example }),
    }))
    return draft.country === ''
      ? [{ field: 'shipTo.country', message: required }, ...errors]
      : errors
  }
}
