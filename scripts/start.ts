/** `npm start`: the whole shop on this machine, built and seeded, with one command. */
import { ENVIRONMENT_HELP, readEnvironment } from './local/environment.ts'
import { launch } from './local/launch.ts'
import { readArgs } from './terminal/args.ts'
import { type Lifetime, endOnSignals } from './terminal/lifetime.ts'
import { reportAndExit } from './terminal/report.ts'
import { printBanner, printWelcome } from './terminal/welcome.ts'

const HELP = `
npm start [-- --verbose]

Builds the web app, migrates and seeds the local databases, and serves the shop. What has not
changed since the last time is skipped. No account and no network is needed.

  --verbose  show everything that wrangler and the Workers say; otherwise only errors are shown,
             and the rest goes to server.log in the state folder

Ctrl-C (or SIGTERM) stops everything and exits with 0; a second Ctrl-C does so at once. If the
server dies on its own, the end of its log is shown and the exit code is 1.
${ENVIRONMENT_HELP}`

async function start(isVerbose: boolean, lifetime: Lifetime): Promise<never> {
  const environment = readEnvironment()
  const shop = await launch({ ...environment, lifetime, verbose: isVerbose, page: 'built' })
  printWelcome({ ...shop, stateDir: environment.stateDir })
  process.send?.({ url: shop.url, operatorToken: shop.operatorToken })
  throw new Error(await shop.died)
}

const { values } = readArgs(HELP, { verbose: { type: 'boolean' } })
printBanner('starting the shop on this machine')
const lifetime = endOnSignals()
try {
  await start(values.verbose ?? false, lifetime)
} catch (error) {
  await lifetime.end(0)
  reportAndExit(error)
}
