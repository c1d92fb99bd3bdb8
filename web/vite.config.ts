import { createRequire } from 'node:module'
import { createReadStream } from 'node:fs'
import { copyFile, mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import vueI18n from '@intlify/unplugin-vue-i18n/vite'
import ui from '@nuxt/ui/vite'
import vue from '@vitejs/plugin-vue'
import { type Plugin, defineConfig } from 'vite'
import { chunks } from './vite-chunks.ts'
import { serviceWorker } from './vite-service-worker.ts'

const root = fileURLToPath(new URL('.', import.meta.url))

const SWAGGER_FILES = { 'swagger-ui.css': 'text/css', 'swagger-ui-bundle.js': 'text/javascript' }

/** The API's page of documentation is served by the Worker; its script and style from here. */
function swaggerUiAssets(): Plugin {
  const { resolve } = createRequire(import.meta.url)
  const files = Object.entries(SWAGGER_FILES).map(([name, type]) => ({
    name,
    type,
    path: resolve(`swagger-ui-dist/${name}`),
  }))
  return {
    name: 'edge-saga:swagger-ui-assets',
    configureServer({ middlewares }) {
      for (const { name, type, path } of files) {
        middlewares.use(`/api-docs/${name}`, (_request, response) => {
          response.setHeader('Content-Type', type)
          createReadStream(path).pipe(response)
        })
      }
    },
    async writeBundle({ dir }) {
      const target = `${dir}/api-docs`
      await mkdir(target, { recursive: true })
      for (const { name, path } of files) await copyFile(path, `${target}/${name}`)
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
        input: { slots: { base: 'pointer-coarse:min-h-11' } },
        button: {
          slots: { base: 'rounded-full font-medium cursor-pointer touchable' },
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
})
