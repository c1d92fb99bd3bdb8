// Runs before the first paint: it must already have the right colours and the right direction.
;(() => {
  const root = document.documentElement

  // The same key and rule as src/composables/use-colour-mode.ts.
  const chosen = localStorage.getItem('edge-saga.colour-mode')
  const dark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.classList.add(dark ? 'dark' : 'light')
  for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
    meta.content = dark ? '#141110' : '#faf7f2'
  }

  // src/locales/languages.ts goes on with what is found here.
  const languages = { en: 'ltr', 'zh-CN': 'ltr', es: 'ltr', ar: 'rtl' }
  const wanted = [localStorage.getItem('edge-saga.language'), ...navigator.languages]
  const codeOf = (tag) =>
    Object.keys(languages).find((it) => it.split('-')[0] === tag?.toLowerCase().split('-')[0])
  root.lang = wanted.map(codeOf).find(Boolean) ?? 'en'
  root.dir = languages[root.lang]
})()
