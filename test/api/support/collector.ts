/** An OpenTelemetry endpoint, for the tests of one file: it keeps what it gets, and answers as it is told. */
import { type IncomingHttpHeaders, createServer } from 'node:http'
import { afterEach } from 'vitest'
import { z } from 'zod'
import { freePort } from '../../../scripts/local/ports.ts'
import { otlpSpanSchema } from '../../../scripts/trace-receiver/otlp.ts'

const exportSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(z.json()) }),
      scopeSpans: z.array(z.object({ scope: z.json(), spans: z.array(otlpSpanSchema) })),
    }),
  ),
})

export type CollectorAnswer = {
  status: number
  retryAfter?: string
  body?: string
  isEndless?: boolean
}
type Post = { path: string; headers: IncomingHttpHeaders; request: z.infer<typeof exportSchema> }

class Collector {
  readonly posts: Post[] = []
  /** What is answered first, one after the other; then 200. */
  readonly answers: CollectorAnswer[] = []
  url = ''

  get spans() {
    return this.posts.flatMap(({ request }) =>
      request.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    )
  }
}

export function useCollectors(): () => Promise<Collector> {
  const stops: (() => void)[] = []
  afterEach(() => {
    for (const stop of stops.splice(0)) stop()
  })
  return async () => {
    const collector = new Collector()
    const server = createServer((request, response) => {
      let text = ''
      request.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      request.on('end', () => {
        const { url: path = '', headers } = request
        collector.posts.push({ path, headers, request: exportSchema.parse(JSON.parse(text)) })
        const answer = collector.answers.shift() ?? { status: 200, body: '{"partialSuccess":{}}' }
        if (answer.retryAfter !== undefined) response.setHeader('Retry-After', answer.retryAfter)
        response.writeHead(answer.status, { Location: '/elsewhere' }).write(answer.body ?? '')
        if (!answer.isEndless) response.end()
      })
    })
    const port = await freePort('localhost')
    await new Promise<void>((resolve) => void server.listen(port, 'localhost', resolve))
    stops.push(() => {
      server.closeAllConnections()
      server.close()
    })
    collector.url = `http://localhost:${port}`
    return collector
  }
}
