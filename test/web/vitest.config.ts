import { fileURLToPath } from 'node:url'
import ui from '@nuxt/ui/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  plugins: [
    vue(),
    ui({
      components: false,
      autoImport: false,
      colorMode: false,
      icon: { clientBundle: { scan: true } },
    }),
  ],
  test: {
    name: 'web',
    environment: 'happy-dom',
    include: ['test/web/**/*.spec.ts'],
    // A busy machine makes no test red.
    testTimeout: 30_000,
    // To make a document for each file, and to load the code, took three times as long as to run it.
    isolate: false,
    // What one file puts in the place of `fetch` is not the next one's.
    unstubGlobals: true,
  },
})
