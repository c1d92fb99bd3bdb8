import { applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { BINDING_OF, DOMAINS } from '../../worker/domains/reads.ts'

const { D1_MIGRATIONS: migrations } = env
const bindings = [
  ...DOMAINS.map((domain) => `${BINDING_OF[domain]}_DB` as const),
  'PROVIDER_DB',
] as const
await reset()
await Promise.all(bindings.map((binding) => applyD1Migrations(env[binding], migrations[binding])))
