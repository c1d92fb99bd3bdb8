/** Bugs in what the domains agree to and keep count of. */
import type { Theme } from '../mutant.ts'

export const DOMAINS: Theme = {
  title: 'The domains',
  mutants: [
    {
      name: 'two lines of one SKU are two demands (N1)',
      file: 'worker/domains/inventory/store.ts',
      find: 'from ${lines} group by 1)`',
      replace: 'from ${lines} group by line.key)`',
      suites: ['participant'],
    },
    {
      name: 'one unit more is reserved than there is (N1)',
      file: 'worker/domains/inventory/store.ts',
      find: 'min(s.on_hand - s.reserved - d.quantity) < 0',
      replace: 'min(s.on_hand - s.reserved - d.quantity) < -1',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'stock is committed in other amounts than those held (N2)',
      file: 'worker/domains/inventory/store.ts',
      find: 'where r.quantity is not d.quantity)',
      replace: 'where r.quantity is null)',
      suites: ['participant'],
    },
    {
      name: "a coupon's limit counts what is committed, not what is held (K1)",
      file: 'worker/domains/coupons/store.ts',
      find: 'when c.held + c.redeemed >= c.total_limit',
      replace: 'when c.redeemed >= c.total_limit',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a coupon that was given back is still counted as used by its customer (K2)',
      file: 'worker/domains/coupons/store.ts',
      find: "r.customer = ${customer} and r.status in ('held', 'used'))`",
      replace: 'r.customer = ${customer})`',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'points that are given back stay frozen (S1)',
      file: 'worker/domains/points/store.ts',
      find: "pour(granted, 'frozen', 'available'), ",
      replace: '',
      suites: ['simulation', 'participant'],
    },
    {
      name: 'a day takes one delivery more than its capacity (G1)',
      file: 'worker/domains/logistics/store.ts',
      find: 'r.daily_capacity) < 1 then',
      replace: 'r.daily_capacity) < 0 then',
      suites: ['simulation', 'participant'],
    },
  ],
}
