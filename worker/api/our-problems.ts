/** What is on our side: nothing is wrong with the request. A part of the catalogue in problems.ts, with its rules. */
export const OUR_PROBLEMS = {
  'domain-unavailable': {
    status: 503,
    title: 'A service is out of order',
    why: 'A service that is needed has failed again and again, so it is left alone for a while.',
    fix:
      '`service` is its name. Repeat the request after `Retry-After` seconds, an order with the ' +
      'same key. Where `errors` names a field, it can be placed at once without that.',
  },
  overloaded: {
    status: 503,
    title: 'There is too much to do',
    why: 'So much is under way that an order would not be through in time. Nothing was held for it.',
    fix: 'Repeat the request after `Retry-After` seconds, with the same key.',
  },
  'service-unavailable': {
    status: 503,
    title: 'A service does not answer',
    why: 'One of the services behind the API failed or took too long.',
    fix: 'Repeat the request after `Retry-After` seconds, an order with the same key.',
  },
  'not-configured': {
    status: 503,
    title: 'The server is not set up for this',
    why: 'A secret that the route needs is not set. The log says which.',
    fix: 'Whoever runs this sets it with `wrangler secret put`, or in `.dev.vars` locally.',
  },
  internal: {
    status: 500,
    title: 'Something is wrong on our side',
    why: 'A defect. It is logged under the id in `X-Request-Id`.',
    fix: 'Repeat the request, an order with the same key; then tell us the id.',
  },
} as const
