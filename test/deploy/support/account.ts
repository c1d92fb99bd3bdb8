/**
 * A Cloudflare account, as far as a deployment meets it: wrangler itself talks to it over HTTP. Databases are
 * SQLite, so migrations run; a Worker that binds what there is not is refused, as by the platform.
 */
import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'

const bindingSchema = z.looseObject({
  type: z.string(),
  name: z.string(),
  class_name: z.string().optional(),
  script_name: z.string().optional(),
  service: z.string().optional(),
})
const metadataSchema = z.looseObject({
  bindings: z.array(bindingSchema).default([]),
  migrations: z
    .looseObject({
      new_tag: z.string(),
      steps: z.array(z.looseObject({ new_sqlite_classes: z.array(z.string()).default([]) })),
    })
    .optional(),
})
type Binding = z.infer<typeof bindingSchema>

type Script = {
  versionId: string
  bindings: Binding[]
  classes: Set<string>
  secrets: Set<string>
  migrationTag: string | undefined
}

/** An answer of the API that is none. */
export class Refusal extends Error {
  readonly status: number
  readonly code: number
  constructor(status: number, code: number, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export type Asked = { method: string; url: URL; json: unknown; form: FormData | undefined }
type Route = [method: string, path: RegExp, answer: (asked: Asked, ...names: string[]) => unknown]

const sqlSchema = z.object({ sql: z.string() })

export class Account {
  readonly scripts = new Map<string, Script>()
  readonly databases = new Map<string, DatabaseSync>()
  /** Names of Workers, in the order of their uploads; then of what was published as a page. */
  readonly published: string[] = []
  /** While it is set, nobody is told what is deployed. */
  isIll = false

  readonly #routes: Route[] = [
    ['GET', /\/scripts\/([^/]+)\/deployments$/, (_, name) => this.#deployments(name)],
    ['GET', /\/scripts\/([^/]+)\/versions\/[^/]+$/, (_, name) => versionOf(this.script(name))],
    ['GET', /\/workers\/services\/([^/]+)$/, (_, name) => serviceOf(this.script(name))],
    [
      'GET',
      /\/scripts\/([^/]+)\/settings$/,
      (_, name) => ({ bindings: this.script(name).bindings }),
    ],
    ['GET', /\/scripts\/([^/]+)\/secrets$/, (_, name) => secretsOf(this.script(name))],
    ['PUT', /\/scripts\/([^/]+)\/secrets$/, (asked, name) => this.#putSecret(name, asked)],
    ['POST', /\/scripts\/([^/]+)\/versions$/, (asked, name) => this.#upload(name, asked)],
    ['POST', /\/scripts\/[^/]+\/deployments$/, () => ({})],
    ['PATCH', /\/scripts\/[^/]+\/script-settings$/, () => ({})],
    ['PUT', /\/scripts\/([^/]+)$/, (asked, name) => this.#upload(name, asked)],
    ['GET', /\/queues$/, ({ url }) => [queueOf(url.searchParams.get('name') ?? '')]],
    ['GET', /\/queues\/[^/]+\/consumers$/, () => []],
    ['POST', /\/queues\/[^/]+\/consumers$/, () => ({})],
    ['PUT', /\/scripts\/[^/]+\/schedules$/, () => ({})],
    ['GET', /\/scripts\/[^/]+\/subdomain$/, () => ({ enabled: false, previews_enabled: false })],
    ['POST', /\/scripts\/[^/]+\/subdomain$/, () => ({ enabled: false, previews_enabled: false })],
    [
      'GET',
      /\/workers\/workers\/[^/]+$/,
      () => ({ subdomain: { enabled: false, previews_enabled: false } }),
    ],
    ['GET', /\/pages\/projects\/[^/]+$/, () => PAGES_PROJECT],
    ['GET', /\/pages\/projects\/[^/]+\/upload-token$/, () => ({ jwt: UPLOAD_TOKEN })],
    ['POST', /\/pages\/assets\/check-missing$/, () => []],
    ['POST', /\/pages\/assets\/upsert-hashes$/, () => true],
    ['POST', /\/pages\/projects\/([^/]+)\/deployments$/, (_, name) => this.#publishPage(name)],
    ['GET', /\/pages\/projects\/[^/]+\/deployments\/[^/]+$/, () => PAGE_DEPLOYMENT],
    [
      'POST',
      /\/d1\/database\/([^/]+)\/query$/,
      ({ json }, id) => this.#query(id, sqlSchema.parse(json).sql),
    ],
  ]

  answer(asked: Asked): unknown {
    for (const [method, path, answer] of this.#routes) {
      const match = asked.method === method && path.exec(asked.url.pathname)
      if (match) return answer(asked, ...match.slice(1))
    }
    const { method, url } = asked
    throw new Refusal(404, 7_003, `${method} ${url.pathname} is nothing that this account knows.`)
  }

  script(name = ''): Script {
    const script = this.scripts.get(name)
    if (!script) throw new Refusal(404, 10_007, 'This Worker does not exist on your account.')
    return script
  }

  #deployments(name = '') {
    if (this.isIll) throw new Refusal(500, 10_013, 'An unknown error has occurred.')
    const { versionId } = this.script(name)
    const versions = [{ version_id: versionId, percentage: 100 }]
    return { deployments: [{ id: versionId, created_on: NOW, versions, strategy: 'percentage' }] }
  }

  #putSecret(name = '', { json }: Asked) {
    const script = this.script(name)
    script.secrets.add(z.object({ name: z.string() }).parse(json).name)
    script.versionId = randomUUID()
    return {}
  }

  #upload(name = '', { form }: Asked) {
    const { bindings, migrations } = metadataOf(form)
    const before = this.scripts.get(name)
    const classes = new Set(before?.classes)
    for (const step of migrations?.steps ?? []) {
      for (const it of step.new_sqlite_classes) classes.add(it)
    }
    for (const binding of bindings) this.#assertBound(binding, name, classes)
    this.scripts.set(name, {
      versionId: randomUUID(),
      bindings,
      classes,
      secrets: before?.secrets ?? new Set(),
      migrationTag: migrations?.new_tag ?? before?.migrationTag,
    })
    this.published.push(name)
    return versionOf(this.script(name))
  }

  #assertBound(binding: Binding, owner: string, own: ReadonlySet<string>): void {
    const { type, service, script_name: host = owner, class_name: className = '' } = binding
    if (type === 'service' && !this.scripts.has(service ?? '')) {
      throw new Refusal(400, 10_143, `Could not resolve service binding '${binding.name}'.`)
    }
    if (type !== 'durable_object_namespace') return
    const classes = host === owner ? own : this.scripts.get(host)?.classes
    if (classes?.has(className)) return
    throw new Refusal(400, 10_061, `Cannot bind to class ${className}: ${host} does not export it.`)
  }

  #publishPage(name = '') {
    this.published.push(name)
    return PAGE_DEPLOYMENT
  }

  #query(id = '', sql: string) {
    const database = this.databases.get(id) ?? new DatabaseSync(':memory:')
    this.databases.set(id, database)
    const isRead = /^\s*select/i.test(sql)
    const results = isRead ? database.prepare(sql).all() : (database.exec(sql), [])
    return [{ success: true, results, meta: {} }]
  }
}

const PAGES_PROJECT = {
  production_branch: 'main',
  deployment_configs: { production: {}, preview: {} },
}
const PAGE_DEPLOYMENT = {
  id: 'a-deployment',
  url: 'https://a-deployment.example',
  latest_stage: { name: 'deploy', status: 'success' },
}
const tokenPart = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
const UPLOAD_TOKEN = [{ alg: 'none' }, { exp: 9_999_999_999 }, {}].map(tokenPart).join('.')
const NOW = '2026-11-30T00:00:00.000Z'

const queueOf = (name: string) => ({
  queue_id: name,
  queue_name: name,
  producers: [],
  consumers: [],
  producers_total_count: 0,
  consumers_total_count: 0,
})
function metadataOf(form: FormData | undefined) {
  const metadata = form?.get('metadata')
  return metadataSchema.parse(typeof metadata === 'string' ? JSON.parse(metadata) : undefined)
}

const versionOf = ({ versionId, bindings, migrationTag }: Script) => ({
  id: versionId,
  metadata: { created_on: NOW },
  resources: { bindings, script: {}, script_runtime: { migration_tag: migrationTag } },
})
const serviceOf = ({ migrationTag }: Script) => ({
  default_environment: { environment: 'production', script: { migration_tag: migrationTag } },
})
const secretsOf = ({ secrets }: Script) =>
  [...secrets].map((name) => ({ name, type: 'secret_text' }))
