/**
 * Every problem that the API can answer with (RFC 9457). The pages under `/api/docs` are made
 * from this list.
 *
 * P1. A code is permanent: it never changes its meaning and is never used again for another.
 * P2. Each says why it happens and how to get out of it.
 */
import { OPERATING_PROBLEMS } from './ops/problems.ts'
import { OUR_PROBLEMS } from './our-problems.ts'

type ProblemKind = { status: number; title: string; why: string; fix: string }

export const PROBLEMS = {
  // The request itself
  'malformed-json': {
    status: 400,
    title: 'The body is not JSON',
    why: 'The body could not be parsed as JSON.',
    fix: 'Send one JSON object, in UTF-8.',
  },
  'invalid-input': {
    status: 422,
    title: 'The input is not valid',
    why: 'A field is missing, unknown, or has a value that it cannot have.',
    fix: '`errors` names each field and what is wrong with it. Unknown fields are refused.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body must be JSON',
    why: 'The Content-Type of the request is not `application/json`.',
    fix: 'Send `Content-Type: application/json`.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    why: 'A body may have 16 KiB.',
    fix: 'Send a smaller one. An order of 20 lines needs about 2 KiB.',
  },
  'route-not-found': {
    status: 404,
    title: 'There is no such route',
    why: 'Nothing is served under this path.',
    fix: 'See the list of routes in `/api/docs`.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The route does not take this method',
    why: 'The path exists, the method does not.',
    fix: 'Use one of the methods in the `Allow` header.',
  },
  'saga-id-mismatch': {
    status: 400,
    title: 'X-Saga-ID names another order',
    why: 'The header was sent and is not the id of the order that the request is about.',
    fix: 'Leave the header out, or send the id of the order.',
  },

  // Who is asking
  'session-required': {
    status: 401,
    title: 'A session is needed',
    why: 'There is no session cookie or bearer token, or it is no longer good.',
    fix: 'Open a session with `POST /api/session`.',
  },
  'operator-required': {
    status: 401,
    title: "The operator's token is needed",
    why: 'The route is for operators, and the bearer token is missing or is not theirs.',
    fix: 'Send `Authorization: Bearer <OPERATOR_TOKEN>`.',
  },
  'foreign-origin': {
    status: 403,
    title: 'The request comes from another site',
    why: 'The Origin is not this one, and the request is not signed by a bearer token.',
    fix: 'Use the pages of this origin, or a bearer token instead of the cookie.',
  },

  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    why: 'More was asked within a minute than one session, or one address, may.',
    fix: 'Repeat the request after `Retry-After` seconds, an order with the same key.',
  },

  // Placing an order
  'idempotency-key-required': {
    status: 400,
    title: 'Idempotency-Key is missing',
    why: 'Without it a repeated request would be a second order.',
    fix: 'Make a key (a UUID, say) once for each order, and send the same one with each repeat.',
  },
  'idempotency-key-invalid': {
    status: 400,
    title: 'Idempotency-Key is not usable',
    why: 'The key has 1 to 255 visible ASCII characters, without spaces.',
    fix: 'Send a UUID.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The key belongs to another order',
    why: 'The key was used before, with another body.',
    fix: 'Send the first body again to get its order, or make a new key for a new order.',
  },
  'price-changed': {
    status: 409,
    title: 'The total is another one by now',
    why: 'The total differs from `expectedTotal`.',
    fix: 'Ask for a quote, show it, and place the order with the new total.',
  },
  'unknown-sku': {
    status: 422,
    title: 'There is no such product',
    why: 'A line names a SKU that is not in the catalogue.',
    fix: 'Take the line out. `GET /api/catalog` has what is sold.',
  },
  'out-of-stock': {
    status: 409,
    title: 'Not enough in stock',
    why: 'Fewer units can be bought now than a line asks for.',
    fix: 'Lower the quantity; `errors` says how many are left.',
  },
  'coupon-unknown': {
    status: 422,
    title: 'There is no such coupon',
    why: 'The code is not one of ours.',
    fix: 'Check the spelling, or order without it.',
  },
  'coupon-expired': {
    status: 409,
    title: 'The coupon has expired',
    why: 'Its last day is over.',
    fix: 'Order without it. `GET /api/me` has those that can be used.',
  },
  'coupon-used-up': {
    status: 409,
    title: 'The coupon is used up',
    why: 'It was redeemed as often as it may be, by everybody together.',
    fix: 'Order without it.',
  },
  'coupon-already-used': {
    status: 409,
    title: 'You have used this coupon',
    why: 'Your orders have it as often as those of one customer may.',
    fix: 'Order without it.',
  },
  'coupon-minimum-not-met': {
    status: 422,
    title: 'The basket is too small for this coupon',
    why: "The subtotal is below the coupon's minimum.",
    fix: 'Add to the basket, or order without the coupon.',
  },
  'coupon-other-currency': {
    status: 422,
    title: 'The coupon counts in another currency',
    why: 'A coupon that names an amount, off or at least, counts in the currency of that amount.',
    fix: 'Order in its currency, or without the coupon.',
  },
  'points-exceed-total': {
    status: 422,
    title: 'More points than there is to pay',
    why: 'Points can pay for goods, after the coupon; not for shipping.',
    fix: 'Use fewer points.',
  },
  'not-enough-points': {
    status: 409,
    title: 'Not enough points',
    why: 'Fewer points are free than the basket uses. Those of a running order are frozen.',
    fix: 'Use fewer points. `GET /api/me` has the balance.',
  },
  'country-not-served': {
    status: 422,
    title: 'We do not deliver there',
    why: 'There is no delivery to this country.',
    fix: 'Choose another address.',
  },
  'delivery-day-unavailable': {
    status: 409,
    title: 'The delivery day is not available',
    why: 'The day is fully booked, or not among those offered.',
    fix: 'Choose one of `GET /api/delivery-days`, or leave it out to get the first free one.',
  },

  // An order
  'order-not-found': {
    status: 404,
    title: 'There is no such order',
    why: 'No order of yours has this id.',
    fix: '`GET /api/orders` has yours. An order is seen only in the session that placed it.',
  },
  'precondition-required': {
    status: 428,
    title: 'If-Match is missing',
    why: 'A change must say which version it was made on, so that it overwrites nothing unseen.',
    fix: "Send `If-Match` with the order's ETag.",
  },
  'if-match-invalid': {
    status: 400,
    title: 'If-Match is not usable',
    why: 'It is not one ETag of an order, such as `"5"` or `W/"5"`.',
    fix: "Send the order's ETag as it came.",
  },
  'version-stale': {
    status: 412,
    title: 'The order has changed since',
    why: 'Its version is not the one in If-Match.',
    fix: '`current` is the order as it is now. Make the change again on that, if it still applies.',
  },
  'too-late-to-cancel': {
    status: 409,
    title: 'It is too late to cancel',
    why: 'The card has been asked for the money, so the order is no longer ours to call off.',
    fix: 'Wait until the order is confirmed and settled, then return it.',
  },
  'already-failing': {
    status: 409,
    title: 'The order has failed already',
    why: 'It came to nothing by itself; what it held is being given back.',
    fix: 'Nothing is left to do. `current.failure` says why it failed.',
  },
  'address-fixed': {
    status: 409,
    title: 'The address can no longer change',
    why: 'An address changes only while its order is pending.',
    fix: 'Return the order, and place another.',
  },
  'other-region': {
    status: 409,
    title: 'The address is in another country',
    why: 'Delivery is reserved in one country; another needs another reservation.',
    fix: 'Cancel the order, and place another.',
  },
  // The only one with an underscore, and it stays so (P1).
  not_settled: {
    status: 409,
    title: 'The order is still being finished',
    why: 'It is confirmed, but what was held for it is not final yet.',
    fix: 'Repeat the request after `Retry-After` seconds.',
  },
  'not-returnable': {
    status: 409,
    title: 'The order cannot be returned',
    why: 'Only a confirmed order can: this one is pending, cancelled or failed.',
    fix: '`current` is the order as it is now. A pending one may be cancelled.',
  },
  'order-conflict': {
    status: 409,
    title: 'The order does not allow it now',
    why: "The order's state does not allow what was asked.",
    fix: '`current` is the order as it is now.',
  },

  // The socket
  'upgrade-required': {
    status: 426,
    title: 'This is a WebSocket',
    why: 'The request does not ask for an upgrade to a WebSocket.',
    fix: 'Open it with a WebSocket client; others can poll `…/status`.',
  },
  'ticket-invalid': {
    status: 403,
    title: 'The ticket is not good',
    why: 'It is good once, for 60 seconds, for one order.',
    fix: 'Get a new one from `POST …/socket-ticket`.',
  },

  ...OPERATING_PROBLEMS,
  ...OUR_PROBLEMS,
} as const satisfies Record<string, ProblemKind>

export type ProblemCode = keyof typeof PROBLEMS
export type StatusOf<Code extends ProblemCode> = (typeof PROBLEMS)[Code]['status']

/** The codes that answer with one of these statuses. */
export type CodeWithStatus<Status extends number> = {
  [Code in ProblemCode]: StatusOf<Code> extends Status ? Code : never
}[ProblemCode]

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code)

export const problemTypeOf = (code: ProblemCode): string => `/api/docs/problems#${code}`
