/** Counts what orders of each kind use, in a run on a stand of their own. */
import { type Basket, fillBasket } from '../basket.ts'
import type { Cost, KindCost } from '../result.ts'
import { standWorkers } from '../stand-workers.ts'
import { type Stand, openStand } from '../stand.ts'
import { admit, stockUp } from '../supplies.ts'
import type { Surroundings } from '../surroundings.ts'
import { billOf } from './bill.ts'
import { countedDuring } from './meter-readings.ts'
import { meteredWorkers } from './metered-workers.ts'
import { ORDER_KINDS, type OrderKind } from './order-kinds.ts'
import { prepareOrders, prepareWorkflows } from './orders.ts'
import { type DomainUsage, itemsOf, usageOf } from './usage.ts'
import { workflowsBill } from './workflows-formula.ts'

export async function measureCost(
  orders: number,
  { signal, onStop }: Pick<Surroundings, 'signal' | 'onStop'>,
): Promise<Cost> {
  const stand = await openStand(onStop, (bindings) => meteredWorkers(standWorkers(bindings)))
  try {
    await stockUp(stand)
    const basket = await fillBasket(stand)
    // What only the first order of all does is no order's cost.
    const { place } = await prepareOrders(stand, basket, 'good', 1)
    await countedDuring(stand, place)
    const kinds: KindCost[] = []
    for (const kind of ORDER_KINDS) {
      signal.throwIfAborted()
      kinds.push(await costOf(stand, basket, kind, orders))
    }
    return summary(kinds)
  } finally {
    await stand.stop()
  }
}

async function costOf(
  stand: Stand,
  basket: Basket,
  kind: OrderKind,
  orders: number,
): Promise<KindCost> {
  const { place } = await prepareOrders(stand, basket, kind, orders)
  const { usage, domains } = usageOf(await countedDuring(stand, place), orders)
  const [customer] = await admit(stand, 1)
  if (!customer) throw new Error('nobody was admitted')
  const placed = basket.placed(kind === 'declined' ? 'declined' : 'good', customer)
  return {
    kind,
    orders,
    usage,
    domains,
    bill: billOf(itemsOf(usage)),
    workflows: workflowsBill(placed, kind),
    workflowsDomains: await domainsOnWorkflows(stand, basket, kind, orders),
  }
}

/** null: the peer knows no such order. */
async function domainsOnWorkflows(
  stand: Stand,
  basket: Basket,
  kind: OrderKind,
  orders: number,
): Promise<DomainUsage | null> {
  if (kind === 'cancelled') return null
  const { place } = await prepareWorkflows(stand, basket, kind, orders)
  return usageOf(await countedDuring(stand, place), orders).domains
}

function summary(kinds: KindCost[]): Cost {
  const good = kinds.find(({ kind }) => kind === 'good')
  if (!good) throw new Error('no good order was counted')
  return {
    goodPerMillionUsd: good.bill.perMillionUsd,
    workflowsPerMillionUsd: good.workflows.perMillionUsd,
    kinds,
  }
}
