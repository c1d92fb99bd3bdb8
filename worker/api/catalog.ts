/** `GET /api/catalog`: what is sold, at what price, and how much of it is left. */
import { OpenAPIHono, createRoute } from '@hono/zod-openapi'
import { listPrices, listTexts } from '../catalog/store.ts'
import { type Catalog, type Product, catalogSchema } from './contract.ts'
import { logWarning } from '../../durable-objects/log.ts'
import { DEFAULT_CURRENCY } from './markets.ts'
import { type ApiContext, ask } from './ports.ts'
import { jsonAnswer, problems } from './route-problems.ts'

type Products = Omit<Product, 'available'>[]

const KEPT_MS = 1_000
const kept = new WeakMap<D1Database, { products: Products; readAtMs: number }>()

const readCatalog = createRoute({
  method: 'get',
  path: '/api/catalog',
  operationId: 'readCatalog',
  tags: ['Shop'],
  summary: 'Products, prices and stock',
  responses: {
    200: jsonAnswer('The catalogue', catalogSchema),
    ...problems('service-unavailable'),
  },
})

export const catalog = new OpenAPIHono<ApiContext>().openapi(readCatalog, async (c) => {
  const products = await productsIn(c.env.CATALOG_DB)
  const available = await availability(
    c.env,
    products.map(({ sku }) => sku),
  )
  return c.json(
    {
      products: products.map((product) => ({
        ...product,
        available: available === null ? null : (available.get(product.sku) ?? 0),
      })),
    } satisfies Catalog,
    200,
  )
})

/**
 * Anybody may ask, as often as they like, and orders read the same database: it is asked once a second in
 * each isolate. Data only is kept: a promise may not be shared between requests.
 */
async function productsIn(database: D1Database): Promise<Products> {
  const known = kept.get(database)
  const nowMs = Date.now()
  if (known && Math.abs(nowMs - known.readAtMs) < KEPT_MS) return known.products
  const [rows, texts] = await ask('catalogue', () =>
    Promise.all([listPrices(database), listTexts(database)]),
  )
  const products = productsOf(rows, texts)
  kept.set(database, { products, readAtMs: nowMs })
  return products
}

function productsOf(
  rows: Awaited<ReturnType<typeof listPrices>>,
  texts: Awaited<ReturnType<typeof listTexts>>,
): Products {
  const textsOf = Map.groupBy(texts, ({ sku }) => sku)
  return [...Map.groupBy(rows, ({ sku }) => sku).values()].flatMap((same) => {
    const prices = same.map(({ amount, currency }) => ({ amount, currency }))
    const price = prices.find(({ currency }) => currency === DEFAULT_CURRENCY) ?? prices[0]
    const [first] = same
    if (!first || !price) return []
    const { amount: _amount, currency: _currency, ...product } = first
    const translations = (textsOf.get(product.sku) ?? []).map(({ sku: _sku, ...text }) => text)
    return [{ ...product, translations, price, prices }]
  })
}

/** null while the stock service does not answer: the shop can be looked at all the same. */
async function availability(
  env: ApiContext['Bindings'],
  skus: string[],
): Promise<Map<string, number> | null> {
  try {
    const stock = await ask('inventory', () => env.INVENTORY.availability(skus))
    return new Map(stock.map(({ sku, available }) => [sku, available]))
  } catch (error) {
    logWarning('stock-unknown', {}, error)
    return null
  }
}
