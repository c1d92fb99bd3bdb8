/** A component on a page, with what all of them are given. */
import ui from '@nuxt/ui/vue-plugin'
import { type Component, createApp, h } from 'vue'
import { createI18n } from 'vue-i18n'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { LanguageCode } from '../../../web/src/locales/languages.ts'
import { wordsIn } from './locale-files.ts'

/** Returns what takes it away. */
export function showOnPage(
  component: Component,
  props: Record<string, unknown>,
  code: LanguageCode = 'en',
): () => void {
  const app = createApp(() => h(component, props))
  const routes = [{ path: '/', component: () => null }]
  app.use(createRouter({ history: createMemoryHistory(), routes })).use(ui)
  app.use(createI18n({ legacy: false, locale: code, messages: { [code]: wordsIn(code) } }))
  app.mount(document.body.appendChild(document.createElement('div')))
  return () => {
    app.unmount()
    document.body.replaceChildren()
  }
}
