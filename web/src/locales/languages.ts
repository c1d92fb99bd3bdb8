/** The languages of the shop. Another one is a file here, an entry below, and one in before-paint.js. */

export const LANGUAGE_CODES = ['en', 'zh-CN', 'es', 'ar'] as const
export type LanguageCode = (typeof LANGUAGE_CODES)[number]

export type Language = {
  code: LanguageCode
  /** In its own words. */
  name: string
  direction: 'ltr' | 'rtl'
  /** For `Intl`: digits in numbers are those that stand in messages. */
  tag: string
}

export const LANGUAGES: readonly Language[] = [
  { code: 'en', name: 'English', direction: 'ltr', tag: 'en' },
  { code: 'zh-CN', name: '简体中文', direction: 'ltr', tag: 'zh-CN' },
  { code: 'es', name: 'Español', direction: 'ltr', tag: 'es' },
  { code: 'ar', name: 'العربية', direction: 'rtl', tag: 'ar-u-nu-latn' },
]

const [ENGLISH] = LANGUAGES

/** English where the code is not one of ours. */
export function languageOf(code: string): Language {
  const found = LANGUAGES.find((it) => it.code === code) ?? ENGLISH
  if (!found) throw new Error('there is no language')
  return found
}
