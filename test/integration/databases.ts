/** How the tests bind every database: for their own look inside, and to migrate and seed it. */
import { BINDING_OF, DOMAINS, type Domain } from '../../worker/domains/reads.ts'

export type TestDatabase =
  | 'TEST_SAGA_LOG_DB'
  | 'TEST_CATALOG_DB'
  | 'TEST_PROVIDER_DB'
  | `TEST_${Uppercase<Domain>}_DB`

type Place = { binding: TestDatabase; worker: string; name: string; folder: string; seed?: string }

export const TEST_DATABASES: readonly Place[] = [
  { binding: 'TEST_SAGA_LOG_DB', worker: 'main', name: 'edge-saga-log', folder: 'saga-log' },
  {
    binding: 'TEST_CATALOG_DB',
    worker: 'main',
    name: 'edge-saga-catalog',
    folder: 'catalog',
    seed: 'catalog',
  },
  {
    binding: 'TEST_PROVIDER_DB',
    worker: 'payments',
    name: 'edge-saga-payments-provider',
    folder: 'payments-provider',
  },
  ...DOMAINS.map((domain) => ({
    binding: `TEST_${BINDING_OF[domain]}_DB` as const,
    worker: domain,
    name: `edge-saga-${domain}`,
    folder: domain,
    seed: `domains/${domain}`,
  })),
]
