/** Light or dark: the system's choice until the shopper makes one. */
import { computed, ref } from 'vue'
import { browserMemory, onWrittenElsewhere } from './memory.ts'

/** The same key and rule as public/before-paint.js, which runs before the first paint. */
const KEY = 'edge-saga.colour-mode'

const isDark = ref(document.documentElement.classList.contains('dark'))

/** The window's own bar, where there is one: as the page's background in tokens.css. */
const THEME = { light: '#faf7f2', dark: '#141110' }

function show(dark: boolean): void {
  isDark.value = dark
  document.documentElement.classList.toggle('dark', dark)
  document.documentElement.classList.toggle('light', !dark)
  for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
    meta.setAttribute('content', dark ? THEME.dark : THEME.light)
  }
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', ({ matches }) => {
  if (browserMemory.read(KEY) === null) show(matches)
})

onWrittenElsewhere(KEY, (mode) => show(mode === 'dark'))

function toggle(): void {
  const dark = !isDark.value
  browserMemory.write(KEY, dark ? 'dark' : 'light')
  show(dark)
}

export function useColourMode() {
  return { isDark: computed(() => isDark.value), toggle }
}
