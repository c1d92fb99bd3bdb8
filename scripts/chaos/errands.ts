/**
 * What the shoppers are after: kinds of order, drawn by weight, with a word on what each must
 * not come to. How an order ends depends on the weather; that it ends rightly does not.
 */
import type { OrderRequest } from '../../worker/api/contract.ts'

export const KINDS = [
  'good',
  'coupon and points',
  'sent twice',
  'declined card',
  'lost answer',
  'slow card',
  'out of stock',
  'cancelled',
  'returned',
] as const
export type Kind = (typeof KINDS)[number]

export type Errand = { kind: Kind; key: string; order: OrderRequest }

type Recipe = { weight: number; changes?: Partial<OrderRequest> }

const RECIPES: Record<Kind, Recipe> = {
  good: { weight: 30 },
  'coupon and points': { weight: 20, changes: { coupon: 'WELCOME10', points: 100 } },
  'sent twice': { weight: 8 },
  'declined card': { weight: 8, changes: { payment: { token: 'tok_declined' } } },
  'lost answer': { weight: 8, changes: { payment: { token: 'tok_lost' } } },
  // A call that takes its full second holds the whole queue up: a few are enough.
  'slow card': { weight: 1, changes: { payment: { token: 'tok_slow' } } },
  'out of stock': { weight: 5, changes: { lines: [{ sku: 'VASE-BLUE', quantity: 1 }] } },
  cancelled: { weight: 12 },
  returned: { weight: 8, changes: { coupon: 'WELCOME10', points: 100 } },
}

/** In stock for everybody: see stock.ts. */
const PLENTIFUL = ['MUG-CLAY', 'NOTE-DOT', 'BELL-BIKE', 'CANDLE-FIG', 'BOARD-CUT', 'PLANT-FERN']

/** A parcel takes the first day with room, and each country has its own. */
const POSTAL_CODES = {
  US: '62701',
  GB: 'W1S 1HP',
  DE: '10115',
  FR: '75001',
  ES: '28013',
  NL: '1012 JS',
  JP: '100-0001',
  CA: 'K1A 0B1',
}
const QUANTITY_MAX = 2

const pick = <Item>(items: readonly [Item, ...Item[]] | Item[], random: () => number) =>
  items[Math.floor(random() * items.length)]

function drawKind(random: () => number): Kind {
  const sum = KINDS.reduce((total, kind) => total + RECIPES[kind].weight, 0)
  let left = random() * sum
  return KINDS.find((kind) => (left -= RECIPES[kind].weight) < 0) ?? 'good'
}

/** `random` decides all but the keys, which are the run's own. */
export function drawErrands(count: number, random: () => number): Errand[] {
  return Array.from({ length: count }, (_, index) => {
    const kind = drawKind(random)
    const quantity = 1 + Math.floor(random() * QUANTITY_MAX)
    const sku = pick(PLENTIFUL, random) ?? 'MUG-CLAY'
    const [country, postalCode] = pick(Object.entries(POSTAL_CODES), random) ?? ['US', '62701']
    const order: OrderRequest = {
      lines: [{ sku, quantity }],
      shipTo: {
        name: 'Mary Somerville',
        line1: '3 Hanover Square',
        city: 'Springfield',
        postalCode,
        country,
      },
      payment: { token: 'tok_visa' },
      ...RECIPES[kind].changes,
    }
    return { kind, key: `chaos-${index}`, order }
  })
}
