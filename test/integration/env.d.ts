declare namespace Cloudflare {
  type MainWorkerEnv = import('../../worker/env.ts').Env
  type TestDatabase = import('./databases.ts').TestDatabase

  /** The main Worker's bindings, and every database by a name of its own. */
  interface Env extends MainWorkerEnv, Record<TestDatabase, D1Database> {
    MIGRATIONS: Record<TestDatabase, import('cloudflare:test').D1Migration[]>
    RECEIVER: import('./webhook-receiver.ts').Receiving
    SEEDS: Partial<Record<TestDatabase, string>>
  }
  interface GlobalProps {
    mainModule: typeof import('../../worker/index.ts')
  }
}
