/** The console's words, beside those of the shop. */
import { type Loaders, alsoSay } from '../locales/i18n.ts'

const CONSOLE: Loaders<typeof import('./locales/en.json')> = {
  en: () => import('./locales/en.json'),
  'zh-CN': () => import('./locales/zh-CN.json'),
  es: () => import('./locales/es.json'),
  ar: () => import('./locales/ar.json'),
}

alsoSay(CONSOLE)
