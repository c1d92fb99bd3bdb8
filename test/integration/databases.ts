/** How the tests bind every database: for their own look inside, and to migrate and seed it. */
export const TEST_DATABASES = {
  TEST_SAGA_LOG_DB: { worker: 'main', name: 'edge-saga-log', folder: 'saga-log' },
  TEST_CATALOG_DB: {
    worker: 'main',
    name: 'edge-saga-catalog',
    folder: 'catalog',
    seed: 'catalog',
  },
  TEST_INVENTORY_DB: ofDomain('inventory'),
  TEST_COUPONS_DB: ofDomain('coupons'),
  TEST_POINTS_DB: ofDomain('points'),
  TEST_LOGISTICS_DB: ofDomain('logistics'),
  TEST_PAYMENTS_DB: ofDomain('payments'),
  TEST_PROVIDER_DB: {
    worker: 'payments',
    name: 'edge-saga-payments-provider',
    folder: 'payments-provider',
  },
}
export type TestDatabase = keyof typeof TEST_DATABASES

function ofDomain(domain: string) {
  return { worker: domain, name: `edge-saga-${domain}`, folder: domain, seed: `domains/${domain}` }
}
