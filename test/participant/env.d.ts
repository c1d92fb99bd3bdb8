declare namespace Cloudflare {
  type Domain = import('../../worker/domains/reads.ts').Domain
  type TestDatabase = `${Uppercase<Domain>}_DB` | 'PROVIDER_DB'

  interface Env extends Record<TestDatabase, D1Database> {
    ORDER_RECORDERS: DurableObjectNamespace<import('./worker.ts').OrderRecorder>
    D1_MIGRATIONS: Record<TestDatabase, import('cloudflare:test').D1Migration[]>
  }
}
