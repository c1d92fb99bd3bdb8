/** `npm run dev`: the shop with hot reload of the page and of the Workers, at one address. */
import { mkdirSync } from 'node:fs'
import { type ViteDevServer, createServer } from 'vite'
import { ENVIRONMENT_HELP, readEnvironment } from './local/environment.ts'
import { launch } from './local/launch.ts'
import { inProject } from './local/project.ts'
import { readArgs } from './terminal/args.ts'
import { type Lifetime, endOnSignals } from './terminal/lifetime.ts'
import { reportAndExit } from './terminal/report.ts'
import { printBanner, printWelcome } from './terminal/welcome.ts'

const HELP = `
npm run dev [-- --verbose]

The same shop as npm start, with hot reload: Vite serves the page and replaces modules in place,
wrangler rebuilds a Worker when its source changes. Objects and databases keep their state.

  --verbose  show everything that wrangler and the Workers say, requests included
${ENVIRONMENT_HELP}`

/** What wrangler says when it has rebuilt a Worker. */
const RELOADED = /Local server updated/

async function serveWeb(port: number, host: string, apiUrl: string): Promise<ViteDevServer> {
  const server = await createServer({
    root: inProject('web'),
    clearScreen: false,
    server: {
      port,
      host,
      strictPort: true,
      // The browser's Host stays as it is: the API compares a socket's Origin with it.
      proxy: { '^/api/': { target: apiUrl, ws: true, changeOrigin: false } },
    },
  })
  return server.listen()
}

async function dev(isVerbose: boolean, lifetime: Lifetime): Promise<never> {
  const environment = readEnvironment()
  // wrangler wants the folder of the built page, though Vite serves it here.
  mkdirSync(inProject('web', 'dist'), { recursive: true })
  const shop = await launch({
    ...environment,
    lifetime,
    verbose: isVerbose,
    page: 'elsewhere',
    onLine: (line) => {
      if (RELOADED.test(line)) console.log('  · Workers reloaded')
    },
  })
  const web = await serveWeb(Number(new URL(shop.url).port), environment.host, shop.apiUrl)
  lifetime.add(() => web.close())
  printWelcome({ ...shop, stateDir: environment.stateDir })
  throw new Error(await shop.died)
}

const { values } = readArgs(HELP, { verbose: { type: 'boolean' } })
printBanner('developing: page and Workers reload as you save')
const lifetime = endOnSignals()
try {
  await dev(values.verbose ?? false, lifetime)
} catch (error) {
  await lifetime.end(0)
  reportAndExit(error)
}
