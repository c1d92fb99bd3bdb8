/** Places the orders of all scenarios, a few at a time, and follows each to its end. */
import type { OrderView } from '../../worker/api/contract.ts'
import type { Customer } from '../client/customer.ts'
import type { Operator } from '../client/operator.ts'
import { until } from '../client/until.ts'
import { concurrently } from '../terminal/concurrently.ts'
import { during } from '../client/faults.ts'
import { type Outcome, refusal } from './outcome.ts'
import type { Scenario, Shopper, World } from './scenarios.ts'

const AT_A_TIME = 6
const GOOD_ORDERS_MIN = 4
// A step that is parked because its domain does not answer is tried every 60 s, while the faults go on.
const SETTLE_WITHIN_MS = 240_000

export type Run = { scenario: Scenario; outcome: Outcome; cancelAnswer?: string }

async function follow(customer: Customer, order: OrderView): Promise<Outcome> {
  try {
    const settled = await until(
      async () => {
        const now = await customer.read(order.id)
        return now.settled ? now : null
      },
      { withinMs: SETTLE_WITHIN_MS, what: order.id },
    )
    return { kind: 'settled', order: settled }
  } catch {
    return { kind: 'unsettled', order: await customer.read(order.id) }
  }
}

async function runOne(scenario: Scenario, shopper: Shopper): Promise<Run> {
  const placed = await shopper.customer.place(shopper.order, shopper.key)
  if (placed.kind === 'refused') return { scenario, outcome: refusal(placed) }
  if (!shopper.cancel) return { scenario, outcome: await follow(shopper.customer, placed.order) }
  const answer = await shopper.customer.cancel(placed.order.id)
  return {
    scenario,
    outcome: await follow(shopper.customer, placed.order),
    cancelAnswer: answer.kind === 'accepted' ? 'accepted' : answer.code,
  }
}

type Planned = { scenario: Scenario; count: number }

async function runAll(scenarios: Planned[], world: World): Promise<Run[]> {
  const planned: { scenario: Scenario; shopper: Shopper }[] = []
  for (const { scenario, count } of scenarios) {
    const shoppers = await scenario.shoppers(world, count)
    planned.push(...shoppers.map((shopper) => ({ scenario, shopper })))
  }
  return concurrently(planned, AT_A_TIME, ({ scenario, shopper }) => runOne(scenario, shopper))
}

/** `total` orders at least: the first scenario fills up what the others leave. */
export async function runScenarios(
  scenarios: Scenario[],
  total: number,
  world: World,
  operator: Operator,
): Promise<Run[]> {
  const fixed = scenarios.reduce((sum, { size }) => sum + (size ?? 0), 0)
  const planned = scenarios.map((scenario) => ({
    scenario,
    count: scenario.size ?? Math.max(GOOD_ORDERS_MIN, total - fixed),
  }))
  // Faults concern a whole domain, so scenarios with the same faults run together.
  const runs: Run[] = []
  for (const faults of new Set(scenarios.map((scenario) => scenario.faults))) {
    const together = planned.filter(({ scenario }) => scenario.faults === faults)
    runs.push(...(await during(faults ?? null, operator, () => runAll(together, world))))
  }
  return runs
}
