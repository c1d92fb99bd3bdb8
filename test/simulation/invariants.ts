/**
 * What must be true of a run: at its end, which is looked at here; and all the time, which others look at
 * who see it happen.
 *
 * I1. Every saga has completed or been compensated.
 * I2. Participants agree with the journal: each step's effect is there if and only if it should be.
 * I3. Money: one capture at most; a completed order is paid in full, until it is returned; any
 *     other is not paid at all.
 * I4. The log is without gaps, legal, and the same in the object and in D1, unless D1 says that it was
 *     pruned, and has nothing of it; it replays to the state that the object has.
 * I5. Every order is settled within the bound, once all is well, and the run ends (world.ts).
 * I6. What comes before the point of no return is not carried out after the forward deadline.
 * I7. Who was told that an order is called off finds it so.
 * I8. Each domain's laws hold after every commit to its database (world.ts), and at the end.
 * I9. An order's status moves along its DAG (world.ts).
 * I10. Who places an order is told that it is placed, however often they ask (shopper.ts).
 * I11. An address that was taken is the order's, unless a later one was. The outcome fixes it (world.ts).
 * I12. Who listens is told what became of each order, and of nothing else, but by a journal that was lost
 *      before D1 knew it (endpoint.ts).
 */
import { isDeepStrictEqual } from 'node:util'
import { type SagaId, isSagaId } from '../../durable-objects/core/ids.ts'
import { type SagaState, hasEnded, sagaStatus } from '../../durable-objects/core/saga-state.ts'
import {
  type OrderState,
  type OrderTransition,
  evolveOrder,
} from '../../durable-objects/order/state.ts'
import { createSagaOf, orderStatus, returnSagaOf } from '../../durable-objects/order/status.ts'
import { DOMAINS } from '../../worker/domains/reads.ts'
import type { OrderObject } from './order-object.ts'
import { changeOf } from './shopper.ts'
import type { World } from './world.ts'

export function checkAtTheEnd(world: World): void {
  // I8.
  for (const domain of DOMAINS) {
    const { tables } = world.stage.databases[domain]
    for (const broken of world.stage.brokenLaws(domain, new Set(tables))) world.violated(broken)
  }
  const operations = operationsOf(world)
  const logged = loggedRowsOf(world)
  const pruned = world.prunedInD1()
  for (const object of world.objects.values()) {
    const { order } = object
    if (!order) continue
    for (const saga of order.sagas.values()) {
      // I1.
      if (!hasEnded(saga)) world.violated(`${saga.sagaId} is ${sagaStatus(saga)} at the end`)
      else checkOperations(world, saga, operations)
    }
    checkMoney(world, order)
    checkDeadlines(world, object)
    // I7.
    if (world.calledOff.has(object) && orderStatus(order) !== 'cancelled') {
      world.violated(`${order.orderId} was called off, and is ${orderStatus(order)}`)
    }
    checkAddress(world, object)
    world.endpoint?.check(order)
    const ofOrder = logged.get(order.orderId) ?? []
    const isPruned = pruned.has(order.orderId)
    if (!isPruned) checkLog(world, object, order, ofOrder)
    else if (ofOrder.length > 0) world.violated(`${order.orderId} is pruned, and has transitions`)
    checkInstances(world, order, isPruned)
  }
}

/** `<saga>/<step>/<direction>` to status, over all domains. */
function operationsOf({ stage }: World): Map<string, string> {
  return new Map(
    DOMAINS.flatMap((domain) =>
      stage.databases[domain]
        .all(`select saga_id || '/' || step || '/' || direction as id, status from operation`)
        .map(({ id, status }) => [String(id), String(status)] as const),
    ),
  )
}

/** I2. What a domain may have stored of an action, by what its saga came to. */
function checkOperations(world: World, saga: SagaState, operations: Map<string, string>): void {
  for (const [name, { status }] of saga.steps) {
    // Given up by an operator: whether it was done or not, it is written off.
    if (status === 'skipped') continue
    const stored = operations.get(`${saga.sagaId}/${name}/action`) ?? 'nothing'
    const expected = EXPECTED[status] ?? []
    if (!expected.includes(stored)) {
      world.violated(`${saga.sagaId} ${name} is ${status}, and ${stored} at its domain`)
    }
  }
}

const EXPECTED: Record<string, readonly string[]> = {
  waiting: ['nothing'],
  succeeded: ['processed'],
  // A message may come after the saga was told: only its barrier knows then.
  rejected: ['failed'],
  compensated: ['compensated', 'failed'],
}

/** I3. */
function checkMoney(world: World, order: OrderState): void {
  const { captures, captured, refunded } = world.ledger.captured(order.orderId)
  const total = order.agreed.total.amount
  const isReturned = returnSagaOf(order)?.phase === 'completed'
  const isPaid = createSagaOf(order).phase === 'completed' && !isReturned
  const isRefundWrittenOff = returnSagaOf(order)?.steps.get('refund-card')?.status === 'skipped'
  const expected = isPaid || (isRefundWrittenOff && refunded === 0) ? total : 0
  if (captures > 1) world.violated(`${order.orderId} was captured ${captures} times`)
  if (captured - refunded !== expected) {
    world.violated(`${order.orderId}: ${captured} - ${refunded} kept, expected ${expected}`)
  }
}

/** I4. */
function checkLog(
  world: World,
  { rows }: OrderObject,
  order: OrderState,
  logged: readonly LoggedRow[],
): void {
  const isSame =
    logged.length === rows.length && rows.every((row, at) => isLoggedAs(row, logged[at]))
  if (!isSame) {
    world.violated(
      `${order.orderId}: ${logged.length} transitions in D1, ${rows.length} in the journal`,
    )
    return
  }
  // Every other fold is of rows that were never text.
  const replayed = logged
    .map(parsed)
    .reduce<OrderState | null>((state, row) => evolveOrder(state, order.orderId, row), null)
  if (!isDeepStrictEqual(replayed, order)) {
    world.violated(`${order.orderId} replays to another state`)
  }
}

type LoggedRow = { seq: number; sagaId: SagaId; atMs: number; events: string }

/** As text first, which nearly always settles it; the order of an object's keys may differ. */
const isLoggedAs = (row: OrderTransition, logged: LoggedRow | undefined): boolean =>
  logged !== undefined &&
  row.seq === logged.seq &&
  row.sagaId === logged.sagaId &&
  row.atMs === logged.atMs &&
  (JSON.stringify(row.events) === logged.events ||
    isDeepStrictEqual(row.events, JSON.parse(logged.events)))

const parsed = ({ events, ...row }: LoggedRow): OrderTransition => ({
  ...row,
  events: JSON.parse(events),
})

/** I4, and S2 of saga-log/consumer.ts: where each saga stands, in D1 as in the object. */
function checkInstances(world: World, order: OrderState, isPruned: boolean): void {
  const instances = new Map(
    world.stage.databases['saga-log']
      .all(
        `select saga_id, status, order_status, settled, last_seq, epoch, has_gap, pruned,
           started_at_ms, deadline_at_ms
         from saga_instance where order_id = ?1`,
        [order.orderId],
      )
      .map((row) => [row.saga_id, Object.values(row).slice(1).join(' ')]),
  )
  for (const saga of order.sagas.values()) {
    const { version, epoch } = order
    const place = `${version} ${epoch} 0 ${Number(isPruned)}`
    const times = `${saga.startedAtMs} ${saga.deadlineAtMs}`
    const expected = `${saga.phase} ${orderStatus(order)} 1 ${place} ${times}`
    const found = instances.get(saga.sagaId) ?? 'nothing'
    if (found !== expected) world.violated(`${saga.sagaId}: D1 says ${found}, not ${expected}`)
    instances.delete(saga.sagaId)
  }
  for (const [sagaId, found] of instances) {
    world.violated(`${String(sagaId)}: D1 says ${found}, and there is none`)
  }
}

/** I6. By the object's own clock, which made the deadline; a restored saga has none (R3). */
function checkDeadlines(world: World, { rows, order }: OrderObject): void {
  const deadlines = new Map<SagaId, number>()
  for (const { sagaId, atMs, events } of rows) {
    for (const event of events) {
      if (event.type === 'saga-started') deadlines.set(sagaId, event.forwardDeadlineAtMs)
      if (event.type === 'restored') deadlines.clear()
      if (event.type !== 'command-sent' || event.direction !== 'action') continue
      const kind = order?.sagas.get(sagaId)?.steps.get(event.step)?.plan.kind
      if (event.mode === 'resolve' || kind === 'retriable') continue
      if (atMs >= (deadlines.get(sagaId) ?? Infinity)) {
        world.violated(`${sagaId}: ${event.step} is asked for after the forward deadline`)
      }
    }
  }
}

/** I11. A restored order has none: D1 does not keep it. */
function checkAddress(world: World, object: OrderObject): void {
  const told = world.movedTo.get(object)
  const has = object.shipTo && changeOf(object.shipTo)
  if (told !== undefined && (has === null || has < told)) {
    world.violated(`${object.name} has its address ${has}, and was told to have ${told}`)
  }
}

function loggedRowsOf({ stage }: World): Map<string, LoggedRow[]> {
  const logged = new Map<string, LoggedRow[]>()
  const rows = stage.databases['saga-log'].all(
    'select order_id, seq, saga_id, at_ms, events from saga_event order by order_id, seq',
  )
  for (const { order_id, seq, saga_id, at_ms, events } of rows) {
    const sagaId = String(saga_id)
    if (!isSagaId(sagaId)) throw new RangeError(sagaId)
    const row = { seq: Number(seq), sagaId, atMs: Number(at_ms), events: String(events) }
    const others = logged.get(String(order_id))
    if (others) others.push(row)
    else logged.set(String(order_id), [row])
  }
  return logged
}
