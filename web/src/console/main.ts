import '../styles/main.css'
import './words.ts'
import ui from '@nuxt/ui/vue-plugin'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { speakFirst } from '../composables/use-language.ts'
import { i18n } from '../locales/i18n.ts'
import ConsoleApp from './console-app.vue'
import { createConsoleRouter } from './router.ts'

await speakFirst()
// The router may be what signs the operator in.
createApp(ConsoleApp).use(createPinia()).use(createConsoleRouter()).use(i18n).use(ui).mount('#app')
