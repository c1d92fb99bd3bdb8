/** What is wrong with a form, by the API's field names, `shipTo.city`. Pure. */
import type { FieldError } from '../api/client.ts'

export type FieldErrors = Record<string, string>

export const byField = (list: FieldError[]): FieldErrors =>
  Object.fromEntries(list.map(({ field, message }) => [field, message]))

export const withoutFields = (errors: FieldErrors, fields: string[]): FieldErrors =>
  Object.fromEntries(Object.entries(errors).filter(([field]) => !fields.includes(field)))
