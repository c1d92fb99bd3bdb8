/** Bugs in what a quote that was shown is good for. */
import type { Theme } from '../mutant.ts'

const FILE = 'worker/api/shown-quote.ts'

export const SHOWN_QUOTE: Theme = {
  title: 'A quote that was shown',
  mutants: [
    {
      name: 'a quote is good for whoever has it (W1)',
      file: FILE,
      find: 'sub === customer &&',
      replace: "sub !== '' &&",
      suites: ['api'],
    },
    {
      name: 'a quote is good for another order (W1)',
      file: FILE,
      find: 'asked === (await hashBody(questionOf(order)))',
      replace: 'asked !== (await hashBody(order))',
      suites: ['api'],
    },
    {
      name: 'a quote is good for ever (W1)',
      file: FILE,
      find: "{ alg: 'HS256', aud: AUDIENCE }",
      replace: "{ alg: 'HS256', aud: AUDIENCE, exp: false }",
      suites: ['api'],
    },
    {
      name: 'whatever the shop has signed is a quote (W1)',
      file: FILE,
      find: "{ alg: 'HS256', aud: AUDIENCE }",
      replace: "{ alg: 'HS256' }",
      suites: ['api'],
    },
    {
      name: 'a quote that is not good stops the order (W2)',
      file: FILE,
      find: '    return null\n  }\n}',
      replace: "    throw new Error('no quote')\n  }\n}",
      suites: ['api'],
    },
    {
      name: 'the stock is taken to be what it was when it was shown (W3)',
      file: 'worker/api/quoting.ts',
      find: 'problems: checkLines(basket, { products, stock })',
      replace: 'problems: []',
      suites: ['api'],
    },
    {
      name: 'an order with its quote is taken in while its domains are held back',
      file: 'worker/api/orders/judge-order.ts',
      find: 'shown ? DOMAINS_ASKED_AGAIN : domainsAskedFor(request, country)',
      replace: 'shown ? DOMAINS : domainsAskedFor(request, country)',
      suites: ['api'],
    },
  ],
}
