/** Words in the shopper's language. A language is loaded when it is wanted, and before it is shown. */
import { createI18n } from 'vue-i18n'
import { type Language, type LanguageCode, languageOf } from './languages.ts'
import { arabicForm } from './plural-forms.ts'

type Messages = typeof import('./en.json')
export type Loaders<Words> = Record<LanguageCode, () => Promise<{ default: Words }>>

const SHOP: Loaders<Messages> = {
  en: () => import('./en.json'),
  'zh-CN': () => import('./zh-CN.json'),
  es: () => import('./es.json'),
  ar: () => import('./ar.json'),
}
const others: Loaders<object>[] = []

/** Beside the shop's words, under keys of their own. Before the first language is loaded. */
export function alsoSay(words: Loaders<object>): void {
  others.push(words)
}

/** Locales are the languages' tags, so that `Intl` can be asked by them. */
export const i18n = createI18n({
  legacy: false,
  locale: '',
  fallbackLocale: false,
  pluralRules: { [languageOf('ar').tag]: arabicForm },
  missing: (locale, key) => {
    console.error(`no words for "${key}" in "${locale}"`)
  },
  messages: {},
})

/** Rejects if they cannot be had: offline, and never seen before. */
export async function messagesOf({ code }: Language): Promise<Messages> {
  const [shop, ...more] = await Promise.all([SHOP[code](), ...others.map((it) => it[code]())])
  return Object.assign({}, shop.default, ...more.map((it) => it.default))
}

export function speak({ code, tag, direction }: Language, messages: Messages): void {
  i18n.global.setLocaleMessage(tag, messages)
  i18n.global.locale.value = tag
  document.documentElement.lang = code
  document.documentElement.dir = direction
}
