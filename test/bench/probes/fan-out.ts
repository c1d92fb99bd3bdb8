/** Sockets held, and how long an update takes from its commit to each of them. */
import { spreadOf } from '../../../scripts/chaos/recovery.ts'
import { type Operator, operatorOf } from '../../../scripts/client/operator.ts'
import { until } from '../../../scripts/client/until.ts'
import { concurrently } from '../../../scripts/terminal/concurrently.ts'
import { fillBasket } from '../basket.ts'
import { openClient } from '../http.ts'
import type { FanOut } from '../result.ts'
import { MAIN_WORKER, shopWorkers } from '../stand-workers.ts'
import { openStand } from '../stand.ts'
import { stockUp } from '../supplies.ts'
import type { Surroundings } from '../surroundings.ts'
import { changeAddress } from './address-changes.ts'
import { holdLedger, openOrders } from './open-orders.ts'
import { type Watcher, watch } from './watcher.ts'

/** Fewer than an order may have, so that none makes room for another. */
const SOCKETS_PER_ORDER = 25
const CHANGES_PER_ORDER = 5
const AT_A_TIME = 8
const HEARD_MS_MAX = 10_000

export async function measureFanOut(
  sockets: number,
  { signal, onStop }: Surroundings,
): Promise<FanOut> {
  const stand = await openStand(onStop, shopWorkers)
  try {
    await stockUp(stand)
    const basket = await fillBasket(stand)
    await holdLedger(stand)
    const orders = await openOrders(stand, basket, Math.ceil(sockets / SOCKETS_PER_ORDER))
    const shop = stand.url(MAIN_WORKER)
    const client = openClient(shop, AT_A_TIME)
    const places = orders.flatMap((order) => Array.from({ length: SOCKETS_PER_ORDER }, () => order))
    const watchers = await concurrently(places.slice(0, sockets), AT_A_TIME, (order) =>
      watch(client, shop, order),
    )
    signal.throwIfAborted()
    const allOpenAtMs = Date.now()
    const changes = Array.from({ length: CHANGES_PER_ORDER }, () => orders).flat()
    await concurrently(changes, AT_A_TIME, (order) => changeAddress(client, order))
    client.close()

    const operator = operatorOf(shop.origin, stand.operatorToken)
    const commits = await concurrently(orders, AT_A_TIME, ({ id }) =>
      commitsOf(operator, id, allOpenAtMs),
    )
    const delays = await until(async () => delaysOf(watchers, commits.flat()), {
      withinMs: HEARD_MS_MAX,
      what: 'every socket heard of every commit',
    })
    const spread = spreadOf(delays)
    if (spread === null) throw new Error('nothing was committed')
    const { n: updates, p50Ms, p99Ms, worstMs } = spread
    return {
      sockets,
      orders: orders.length,
      updates,
      p50Ms: Math.round(p50Ms),
      p99Ms: Math.round(p99Ms),
      worstMs: Math.round(worstMs),
    }
  } finally {
    await stand.stop()
  }
}

type Commit = { orderId: string; version: number; atMs: number }

/** By the journal: the time that the order's object wrote with the transition. */
async function commitsOf(operator: Operator, orderId: string, fromMs: number): Promise<Commit[]> {
  const { transitions } = await operator.saga(orderId)
  return transitions
    .filter(({ atMs }) => atMs >= fromMs)
    .map(({ seq, atMs }) => ({ orderId, version: seq, atMs }))
}

/** Each commit at each of its order's sockets; null while one is still to come. */
function delaysOf(watchers: readonly Watcher[], commits: readonly Commit[]): number[] | null {
  const delays = watchers.flatMap(({ orderId, updates }) => {
    const receivedAtMs = new Map(updates().map((update) => [update.version, update.receivedAtMs]))
    return commits
      .filter((commit) => commit.orderId === orderId)
      .map(({ version, atMs }) => Math.max(0, (receivedAtMs.get(version) ?? Infinity) - atMs))
  })
  return delays.every(Number.isFinite) ? delays : null
}
