// Runs before the first paint. The same key and rule as src/composables/use-colour-mode.ts.
;(() => {
  const chosen = localStorage.getItem('edge-saga.colour-mode')
  const dark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.classList.add(dark ? 'dark' : 'light')
})()
