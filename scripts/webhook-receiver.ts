/** `npm run webhook-receiver`: verifies the webhooks that it gets, and prints them. */
import { readFreePort } from './local/http-receiver.ts'
import { readArgs, readCount, refuse } from './terminal/args.ts'
import { EXIT_OK, endOnSignals } from './terminal/lifetime.ts'
import { reportAndExit } from './terminal/report.ts'
import { printBanner } from './terminal/welcome.ts'
import { type Reception, startReceiver } from './webhook-receiver/receiver.ts'

const PORT_DEFAULT = 9_000

const HELP = `
npm run webhook-receiver -- --secret whsec_… [--port P --fail N]

Listens on localhost, verifies each webhook by its signature (Standard Webhooks), prints it as a
line, and answers 204. A bad signature is answered 401. An event that comes again is marked as a
repeat: delivery is at least once. docs/webhooks.md says how to register it.

  --secret S  what the shop showed when the endpoint was registered; or WEBHOOK_SECRET
  --port P    where to listen (${PORT_DEFAULT}); 0 takes a free one
  --fail N    answer 500 to the first N events (0), to see them come again
`

function lineOf(reception: Reception): string {
  if (reception.kind === 'refused') return `✘ refused (${reception.status}): ${reception.reason}`
  const { id, type, data, isRepeat } = reception.event
  const mark = reception.kind === 'accepted' ? '✔' : '✘ answered 500:'
  return `${mark} ${type} ${id}${isRepeat ? ' (a repeat)' : ''} ${JSON.stringify(data)}`
}

async function receive(): Promise<void> {
  const { values } = readArgs(HELP, {
    secret: { type: 'string' },
    port: { type: 'string' },
    fail: { type: 'string' },
  })
  const secret = values.secret ?? process.env.WEBHOOK_SECRET ?? ''
  if (!/^whsec_[A-Za-z0-9+/]+=*$/.test(secret)) {
    refuse('--secret must be what the shop showed when the endpoint was registered: whsec_…')
  }
  const port = await readFreePort(values.port, PORT_DEFAULT)
  const failures = readCount('fail', values.fail, 0, 0)
  const lifetime = endOnSignals(EXIT_OK)
  const { url, stop } = await startReceiver(port, {
    secret,
    failures,
    onReception: (reception) => console.log(lineOf(reception)),
  })
  lifetime.add(stop)
  printBanner('webhook receiver')
  console.log(`  Listening on ${url} (Ctrl-C ends it)\n`)
}

await receive().catch(reportAndExit)
