/** The order of the bench: it needs all nine commands, and both systems are given the same one. */
import type { CustomerId } from '../../durable-objects/core/ids.ts'
import type { PlacedOrder } from '../../durable-objects/order-rpc.ts'
import {
  type OrderRequest,
  type QuoteRequest,
  deliveryDaysSchema,
  quoteSchema,
} from '../../worker/api/contract.ts'
import type { Priced } from '../../worker/api/pricing.ts'
import { signQuote } from '../../worker/api/shown-quote.ts'
import { type Client, openClient } from './http.ts'
import { MAIN_WORKER } from './stand-workers.ts'
import type { Stand } from './stand.ts'
import { type Customer, admit } from './supplies.ts'

export type Kind = 'good' | 'declined'

/** By whether its card is good. */
const CARDS = { good: 'tok_visa', declined: 'tok_declined' } as const satisfies Record<
  Kind,
  OrderRequest['payment']['token']
>

const COUNTRY = 'GB'
export const BASKET_SKU = 'MUG-CLAY'
const BASKET = {
  lines: [{ sku: BASKET_SKU, quantity: 1 }],
  coupon: 'WELCOME10',
  points: 100,
}
export const SHIP_TO = {
  name: 'Ada',
  line1: '1 Way',
  city: 'Bath',
  postalCode: 'BA1 1AA',
  country: COUNTRY,
}

export type Basket = {
  /** What a page asks before it places the order. */
  asked: QuoteRequest
  /** What it is answered, signed for this customer just now, without the request. */
  shown: (customer: Customer) => Promise<string>
  request: (kind: Kind) => OrderRequest
  /** As edge-saga agrees on it, and as the peer is given it. */
  placed: (kind: Kind, customer: Customer) => PlacedOrder
}

/** Prices and the day come from the shop itself. */
export async function fillBasket(stand: Stand): Promise<Basket> {
  const client = openClient(stand.url(MAIN_WORKER), 1)
  try {
    const [customer] = await admit(stand, 1)
    if (!customer) throw new Error('nobody was admitted')
    const { days } = deliveryDaysSchema.parse(await ask(client))
    const day = days[0]?.day
    if (day === undefined) throw new Error(`no delivery to ${COUNTRY}`)
    const delivery = { day }
    const asked = { ...BASKET, delivery, country: COUNTRY }
    const answer = quoteSchema.parse(await ask(client, asked, customer))
    const { problems: _none, token: _first, ...prices } = answer
    return {
      asked,
      shown: ({ id }) => signed(id, asked, { ...prices, day, problems: [] }, stand.sessionSecret),
      request: (kind) => ({
        ...BASKET,
        delivery,
        shipTo: SHIP_TO,
        payment: { token: CARDS[kind] },
        expectedTotal: prices.total,
      }),
      placed: (kind, { id }) => ({
        customer: id,
        ...prices,
        coupon: BASKET.coupon,
        points: BASKET.points,
        delivery: { day, region: COUNTRY },
        payment: { token: CARDS[kind] },
      }),
    }
  } finally {
    client.close()
  }
}

async function signed(
  customer: CustomerId,
  asked: QuoteRequest,
  priced: Priced,
  secret: string,
): Promise<string> {
  const token = await signQuote(customer, asked, priced, secret, Date.now())
  if (token === null) throw new Error('the basket of the stand cannot be ordered')
  return token
}

/** A quote for `basket`, or the delivery days. */
async function ask(client: Client, basket?: object, customer?: Customer): Promise<unknown> {
  const { status, body } = await client.send(
    basket === undefined || customer === undefined
      ? { method: 'GET', path: `/api/delivery-days?country=${COUNTRY}` }
      : {
          method: 'POST',
          path: '/api/quotes',
          headers: headersOf(customer),
          body: JSON.stringify(basket),
        },
  )
  if (status !== 200) throw new Error(`the shop of the stand does not work: ${status} ${body}`)
  return JSON.parse(body)
}

export const headersOf = ({ token }: Pick<Customer, 'token'>): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
})
