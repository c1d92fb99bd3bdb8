import './styles/main.css'
import ui from '@nuxt/ui/vue-plugin'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './app.vue'
import { speakFirst } from './composables/use-language.ts'
import { i18n } from './locales/i18n.ts'
import { router } from './router.ts'

await speakFirst()
createApp(App).use(createPinia()).use(router).use(i18n).use(ui).mount('#app')
