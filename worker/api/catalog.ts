/** `GET /api/catalog`: what is sold, at what price, and how much of it is left. */
import { OpenAPIHono, createRoute } from '@hono/zod-openapi'
import { listProducts } from '../catalog/store.ts'
import { type Catalog, catalogSchema } from './contract.ts'
import { logWarning } from '../../durable-objects/log.ts'
import { type ApiContext, ask } from './ports.ts'
import { CURRENCY } from './pricing.ts'
import { jsonAnswer, problems } from './route-problems.ts'

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
  const products = await ask('catalogue', () => listProducts(c.env.CATALOG_DB, CURRENCY))
  const available = await availability(
    c.env,
    products.map(({ sku }) => sku),
  )
  return c.json(
    {
      products: products.map(({ amount, ...product }) => ({
        ...product,
        price: { amount, currency: CURRENCY },
        available: available === null ? null : (available.get(product.sku) ?? 0),
      })),
    } satisfies Catalog,
    200,
  )
})

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
