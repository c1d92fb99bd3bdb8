/** The peer: the same orders on Cloudflare Workflows. */
import { randomBytes } from 'node:crypto'
import { until } from '../../../scripts/client/until.ts'
import { type OrderId, isOrderId } from '../../../durable-objects/core/ids.ts'
import type { Basket, Kind } from '../basket.ts'
import { openClient } from '../http.ts'
import type { WorkflowOrder } from '../peers/workflow.ts'
import type { Series } from '../series.ts'
import { WORKFLOWS_PEER } from '../stand-workers.ts'
import type { Stand } from '../stand.ts'
import { admit } from '../supplies.ts'

const ID_BYTES = 16
const REST_MS_MAX = 30_000
const LOOK_EVERY_MS = 20
const OUTCOMES = { good: 'confirmed', declined: 'compensated' } as const

export function workflowsSeries(stand: Stand, basket: Basket): (kind: Kind) => Series {
  return (kind) => ({
    url: stand.url(WORKFLOWS_PEER),
    kind,
    objectsPerCall: 1,
    keepsObjects: true,
    async calls(count) {
      const customers = await admit(stand, count)
      return customers.map((customer) => {
        const order: WorkflowOrder = { id: newOrderId(), order: basket.placed(kind, customer) }
        return { method: 'POST', path: '/orders', body: JSON.stringify(order) }
      })
    },
    objection: ({ status, body }) =>
      status === 200 && body === OUTCOMES[kind] ? null : `${status} ${body}`,
    async atRest() {
      const client = openClient(stand.url(WORKFLOWS_PEER), 1)
      const open = async (): Promise<string> =>
        (await client.send({ method: 'GET', path: '/open' })).body
      await until(async () => ((await open()) === '0' ? true : null), {
        withinMs: REST_MS_MAX,
        everyMs: LOOK_EVERY_MS,
        what: 'all workflows ended',
      }).finally(client.close)
    },
  })
}

function newOrderId(): OrderId {
  const id = `ord_${randomBytes(ID_BYTES).toString('hex')}`
  if (!isOrderId(id)) throw new RangeError(`not an order id: ${id}`)
  return id
}
