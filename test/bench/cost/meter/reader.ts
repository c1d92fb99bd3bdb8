/**
 * `GET`: what the meters of all Workers read now, by Worker. `PUT` shuts the gates before the domains,
 * `DELETE` opens them.
 */
import type { Reading } from './meter.ts'

type Env = Record<string, { read(): Promise<Reading>; shut(isShut: boolean): Promise<void> }>

export default {
  async fetch({ method }, env) {
    if (method === 'GET') {
      const readings = Object.entries(env).map(async ([worker, meter]) => [
        worker,
        await meter.read(),
      ])
      return Response.json(Object.fromEntries(await Promise.all(readings)))
    }
    await Promise.all(Object.values(env).map((meter) => meter.shut(method === 'PUT')))
    return new Response(null, { status: 204 })
  },
} satisfies ExportedHandler<Env>
