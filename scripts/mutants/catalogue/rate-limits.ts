/** Bugs in who is counted, and when. */
import type { Theme } from '../mutant.ts'

const FILE = 'worker/api/rate-limits/rate-limits.ts'

export const RATE_LIMITS: Theme = {
  title: 'Rate limits',
  mutants: [
    {
      name: 'all sessions share one count',
      file: FILE,
      find: 'c.env.SESSION_RATE_LIMIT, customer)',
      replace: "c.env.SESSION_RATE_LIMIT, '')",
      suites: ['integration', 'api'],
    },
    {
      name: 'each address of an IPv6 network has a count of its own',
      file: FILE,
      find: 'undefined : networkOf(address)',
      replace: 'undefined : address',
      suites: ['integration', 'api'],
    },
    {
      name: 'a request too many is noticed when all is done (L1)',
      file: FILE,
      find: "  await count('session', c.env.SESSION_RATE_LIMIT, customer)\n  c.set('customer', customer)\n  await next()",
      replace:
        "  c.set('customer', customer)\n  await next()\n  await count('session', c.env.SESSION_RATE_LIMIT, customer)",
      suites: ['api'],
    },
    {
      name: 'a limiter that does not answer stops the shop (L3)',
      file: FILE,
      find: 'return true',
      replace: 'return false',
      suites: ['api'],
    },
  ],
}
