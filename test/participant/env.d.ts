declare namespace Cloudflare {
  interface Env {
    ORDER_RECORDERS: DurableObjectNamespace<import('./worker.ts').OrderRecorder>
    INVENTORY_DB: D1Database
    COUPONS_DB: D1Database
    POINTS_DB: D1Database
    LOGISTICS_DB: D1Database
    PAYMENTS_DB: D1Database
    PROVIDER_DB: D1Database
    D1_MIGRATIONS: Record<
      'INVENTORY_DB' | 'COUPONS_DB' | 'POINTS_DB' | 'LOGISTICS_DB' | 'PAYMENTS_DB' | 'PROVIDER_DB',
      import('cloudflare:test').D1Migration[]
    >
  }
}
