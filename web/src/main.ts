import './styles/main.css'
import ui from '@nuxt/ui/vue-plugin'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './app.vue'
import { speakFirst } from './composables/use-language.ts'
import { i18n } from './locales/i18n.ts'
import { router } from './router.ts'
import { openKeep } from './stores/optimistic/keep.ts'
import { pause } from './stores/optimistic/pause.ts'
import { optimisticPlugin } from './stores/optimistic/plugin.ts'
import { browserTabs } from './stores/optimistic/tabs.ts'
import { useShopState } from './stores/shop-state/store.ts'

const app = createApp(App)
const [keep] = await Promise.all([openKeep(), speakFirst()])
const pinia = createPinia()
app.use(pinia)
pinia.use(
  optimisticPlugin({
    keep,
    tabs: browserTabs,
    pause,
    random: Math.random,
    now: () => new Date().toISOString(),
  }),
)
// The basket is there with the first picture.
await useShopState(pinia).$optimistic.ready
app.use(router).use(i18n).use(ui).mount('#app')
