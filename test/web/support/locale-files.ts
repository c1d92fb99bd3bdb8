/** The locale files as they are written, before they are compiled. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LANGUAGE_CODES, type LanguageCode } from '../../../web/src/locales/languages.ts'

type Words = { [key: string]: string | Words }

const isWords = (value: unknown): value is Words => typeof value === 'object' && value !== null

/** By key, `order.status.pending`. */
export type Messages = ReadonlyMap<string, string>

function flat(words: Words, prefix = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[`${prefix}${key}`, value] as [string, string]]
      : flat(value, `${prefix}${key}.`),
  )
}

const FOLDERS = ['locales', 'console/locales'] as const

function wordsOf(folder: (typeof FOLDERS)[number], code: LanguageCode): Words {
  const file = join(import.meta.dirname, '../../../web/src', folder, `${code}.json`)
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (!isWords(parsed)) throw new Error(`${folder}/${code}.json is no object`)
  return parsed
}

/** The shop's and the console's, which have keys of their own. */
export const wordsIn = (code: LanguageCode): Words =>
  Object.assign({}, ...FOLDERS.map((folder) => wordsOf(folder, code)))

const LOCALE_FILES: ReadonlyMap<LanguageCode, Messages> = new Map(
  LANGUAGE_CODES.map((code) => [code, new Map(flat(wordsIn(code)))]),
)

export function messagesIn(code: LanguageCode): Messages {
  const found = LOCALE_FILES.get(code)
  if (!found) throw new Error(`no file for ${code}`)
  return found
}
