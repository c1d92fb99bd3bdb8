/** `npm run trace-receiver`: prints the traces that it gets. */
import { readFreePort } from './local/http-receiver.ts'
import { readArgs, readCount } from './terminal/args.ts'
import { EXIT_OK, endOnSignals } from './terminal/lifetime.ts'
import { reportAndExit } from './terminal/report.ts'
import { printBanner } from './terminal/welcome.ts'
import { type Reception, startTraceReceiver } from './trace-receiver/receiver.ts'
import { waterfall } from './trace-receiver/waterfall.ts'

/** Where OpenTelemetry's collector listens. */
const PORT_DEFAULT = 4_318

const HELP = `
npm run trace-receiver -- [--port P --fail N]

Listens on localhost for traces (OTLP/HTTP, JSON, POST /v1/traces), and prints each as a tree: when
each span was, for how long, and how it ended. A trace that comes in parts is printed again, with all
that is known of it. docs/traces.md says what the spans tell.

  OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:${PORT_DEFAULT} npm start    has the shop send them here

  --port P    where to listen (${PORT_DEFAULT}); 0 takes a free one
  --fail N    answer 503 to the first N posts (0), to see them come again
`

function linesOf(reception: Reception): string[] {
  if (reception.kind === 'refused') return [`✘ answered ${reception.status}: ${reception.reason}`]
  const { traceId, spans, repeats } = reception
  const again = repeats === 0 ? '' : ` (${repeats} came again)`
  return [`trace ${traceId}, ${spans.length} spans${again}`, ...waterfall(spans), '']
}

async function receive(): Promise<void> {
  const { values } = readArgs(HELP, { port: { type: 'string' }, fail: { type: 'string' } })
  const port = await readFreePort(values.port, PORT_DEFAULT)
  const failures = readCount('fail', values.fail, 0, 0)
  const lifetime = endOnSignals(EXIT_OK)
  const { url, stop } = await startTraceReceiver(port, {
    failures,
    onReception: (reception) => console.log(linesOf(reception).join('\n')),
  })
  lifetime.add(stop)
  printBanner('trace receiver')
  console.log(`  Listening on ${url} (Ctrl-C ends it)\n`)
}

await receive().catch(reportAndExit)
