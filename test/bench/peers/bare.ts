/**
 * What the platform itself costs: `GET /no-op` answers at once; `POST /object` creates an object
 * and writes one row, and answers when it is durable.
 */
import { DurableObject } from 'cloudflare:workers'

type Env = { OBJECTS: DurableObjectNamespace<BareObject> }

export class BareObject extends DurableObject<Env> {
  write(): void {
    this.ctx.storage.sql.exec('create table it (value text)')
    this.ctx.storage.sql.exec("insert into it values ('here')")
  }
}

export default {
  async fetch(request, env) {
    if (new URL(request.url).pathname === '/no-op') return new Response(null, { status: 204 })
    await env.OBJECTS.get(env.OBJECTS.newUniqueId()).write()
    return new Response(null, { status: 201 })
  },
} satisfies ExportedHandler<Env>
