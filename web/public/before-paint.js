// Runs before the first paint: it must already have the right colours and the right direction.
;(() => {
  const root = document.documentElement
  let mode = null
  let language = null
  try {
    mode = localStorage.getItem('edge-saga.colour-mode')
    language = localStorage.getItem('edge-saga.language')
  } catch {
    // A browser that blocks cookies throws at the mere look: nothing is remembered.
  }

  // The same key and rule as src/composables/use-colour-mode.ts.
  const dark =
    mode === 'dark' || (mode !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.classList.add(dark ? 'dark' : 'light')
  for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
    meta.content = dark ? '#141110' : '#faf7f2'
  }

  // src/locales/languages.ts goes on with what is found here.
  const languages = { en: 'ltr', 'zh-CN': 'ltr', es: 'ltr', ar: 'rtl' }
  const wanted = [language, ...navigator.languages]
  const codeOf = (tag) =>
    Object.keys(languages).find((it) => it.split('-')[0] === tag?.toLowerCase().split('-')[0])
  root.lang = wanted.map(codeOf).find(Boolean) ?? 'en'
  root.dir = languages[root.lang]
})()
