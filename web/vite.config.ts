import { createRequire } from 'node:module'
import { copyFile, mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import vueI18n from '@intlify/unplugin-vue-i18n/vite'
import ui from '@nuxt/ui/vite'
import vue from '@vitejs/plugin-vue'
import { type Plugin, defineConfig } from 'vite'
import { chunks } from './vite-chunks.ts'
import { serviceWorker } from './vite-service-worker.ts'

const root = fileURLToPath(new URL('.', import.meta.url))
const api = `http://127.0.0.1:${process.env['PORT'] ?? '8787'}`

/** The API's page of documentation is served by the Worker; its script and style from here. */
function swaggerUiAssets(): Plugin {
  return {
    name: 'edge-saga:swagger-ui-assets',
    apply: 'build',
    async writeBundle({ dir }) {
      const target = `${dir}/api-docs`
      await mkdir(target, { recursive: true })
      const { resolve } = createRequire(import.meta.url)
      for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js']) {
        await copyFile(resolve(`swagger-ui-dist/${file}`), `${target}/${file}`)
      }
    },
  }
}

/** The font is asked for with the page, not once its first words are there: they would move. */
function preloadFont(name: string): Plugin {
  return {
    name: 'edge-saga:preload-font',
    apply: 'build',
    transformIndexHtml(_html, { bundle = {} }) {
      const file = Object.keys(bundle).find((path) => path.includes(name))
      if (file === undefined) throw new Error(`the page has no font ${name}`)
      const attrs = {
        rel: 'preload',
        href: `/${file}`,
        as: 'font',
        type: 'font/woff2',
        crossorigin: '',
      }
      return [{ tag: 'link', attrs, injectTo: 'head' }]
    },
  }
}

export default defineConfig({
  root,
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  plugins: [
    vue(),
    ui({
      // Imported by name where they are used: nothing generated, nothing implicit.
      components: false,
      autoImport: false,
      // Ours, because its script must run before the first paint under a strict policy.
      colorMode: false,
      icon: { clientBundle: { scan: true } },
      experimental: { componentDetection: true },
      ui: {
        colors: {
          primary: 'pine',
          secondary: 'pine',
          success: 'pine',
          info: 'pine',
          warning: 'ochre',
          error: 'brick',
          neutral: 'stone',
        },
        button: {
          slots: { base: 'rounded-full font-medium cursor-pointer' },
          compoundVariants: [
            {
              color: 'primary',
              variant: 'solid',
              // Translucent by default, which has too little contrast on paper.
              class: 'hover:bg-pine-600 active:bg-pine-700 dark:hover:bg-pine-300',
            },
          ],
        },
      },
    }),
    // Messages become data when the app is built: the policy forbids compiling them in the page.
    vueI18n({
      include: [`${root}src/locales/*.json`, `${root}src/console/locales/*.json`],
      runtimeOnly: true,
      dropMessageCompiler: true,
      fullInstall: false,
    }),
    swaggerUiAssets(),
    preloadFont('inter-latin-opsz'),
    serviceWorker(`${root}service-worker/main.ts`),
  ],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    rolldownOptions: {
      input: { index: `${root}index.html`, console: `${root}console.html` },
      output: chunks(
        { shop: `${root}src/main.ts`, console: `${root}src/console/main.ts` },
        `${root}src/console/`,
      ),
    },
  },
  server: { proxy: { '/api': { target: api, ws: true } } },
})
