/** The shopper's language: what they chose, or else what their browser prefers. */
import { computed } from 'vue'
import { i18n, messagesOf, speak } from '../locales/i18n.ts'
import { LANGUAGES, type Language, languageOf } from '../locales/languages.ts'
import { browserMemory, onWrittenElsewhere } from './memory.ts'

/** The same key as public/before-paint.js, which runs before the first paint. */
const KEY = 'edge-saga.language'

/** Of several choices in a row the last one counts, however quickly each is loaded. */
let wanted: Language | null = null

async function show(language: Language): Promise<void> {
  wanted = language
  const messages = await messagesOf(language)
  if (wanted === language) speak(language, messages)
}

/** In the language that was found before the first paint. */
export const speakFirst = (): Promise<void> => show(languageOf(document.documentElement.lang))

// Words that cannot be had leave this tab as it was.
onWrittenElsewhere(KEY, (code) => void show(languageOf(code)).catch(() => {}))

/** Rejects if its words cannot be had; then all stays as it was. */
async function choose(code: string): Promise<void> {
  const chosen = languageOf(code)
  await show(chosen)
  browserMemory.write(KEY, chosen.code)
}

export function useLanguage() {
  const language = computed(
    () => LANGUAGES.find(({ tag }) => tag === i18n.global.locale.value) ?? languageOf('en'),
  )
  return { language, choose }
}
