/** A shopper: asks until there is an answer, and looks at the page until the order is settled. */
import type { ChangeResult, Placement } from '../../durable-objects/order-rpc.ts'
import { isSettled } from '../../durable-objects/order/state.ts'
import type { OrderVersion, ShipTo } from '../../worker/api/contract.ts'
import type { Caller } from './caller.ts'
import { callObject } from './calls.ts'
import { DRAW } from './draws.ts'
import type { Instance, OrderObject } from './order-object.ts'
import type { Story } from './story.ts'
import type { World } from './world.ts'

const REPEAT_MS = 1_000
const REPEAT_MS_MAX = 60_000
const CANDIDATE_TRIES = 3
const LOOK_MS = 1_000
const LOOK_MS_MAX = 300_000
const AWAY_MS = 600_000

const ADDRESS_CHANGES = 2
const SHIP_TO = { name: 'Ada', line1: '0 Way', city: 'Bath', postalCode: 'BA1', country: 'US' }

/** A browser does not die of what it waits for; it gives up on its own. */
const page: Caller = {
  isDead: false,
  scope: 0,
  endings: { before: 'request-lost', after: 'answer-lost' },
  die: () => undefined,
}

export function letShop(world: World, story: Story): void {
  const object = world.objectOf(story.orderId)
  if (story.returnedAfterMs !== null) {
    world.afterRestore.set(object, () => askForReturn(world, story, object))
  }
  world.schedule.after(story.placedAfterMs, () => {
    place(world, story, object)
    if (story.cancelledAfterMs !== null) {
      world.schedule.after(story.cancelledAfterMs, () => cancel(world, story, object))
    }
    if (story.addressChangedAfterMs !== null) {
      world.schedule.after(story.addressChangedAfterMs, () => moveHouse(world, story, object))
    }
    if (story.returnedAfterMs !== null) {
      world.schedule.after(story.returnedAfterMs, () => askForReturn(world, story, object))
    }
  })
}

/** Asked often enough, intake begins the order on the stable version. */
function place(world: World, story: Story, object: OrderObject): void {
  const { orderId, agreed, version, leaves } = story
  const placement: Omit<Placement, 'definition'> = {
    orderId,
    customer: agreed.customer,
    bodyHash: 'hash',
    shipTo: SHIP_TO,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    decision: { quote: agreed },
  }
  let asked = 0
  untilAnswered(
    world,
    object,
    () => {
      asked += 1
      const definition = { name: 'order-create', version: asked > CANDIDATE_TRIES ? 1 : version }
      return ({ requests }) => requests.place({ ...placement, definition })
    },
    (result) => {
      // An object that runs older code.
      if (result.kind === 'version-unknown') return false
      // I10.
      if (result.kind !== 'placed' && result.kind !== 'existing') {
        world.violated(`${object.name} is answered ${result.kind}`)
      }
      look(world, object, agreed.customer, leaves ? AWAY_MS : LOOK_MS)
      return true
    },
  )
}

function cancel(world: World, { agreed }: Story, object: OrderObject): void {
  untilAnswered(
    world,
    object,
    () =>
      ({ requests }) =>
        requests.cancel(agreed.customer),
    (result) => {
      if (result.kind === 'accepted') world.calledOff.add(object)
      return result.kind !== 'version-unknown'
    },
  )
}

/** Refused while the order is not settled, or by older code: asked again then. */
function askForReturn(world: World, { agreed }: Story, object: OrderObject): void {
  const { customer } = agreed
  untilAnswered(
    world,
    object,
    () =>
      ({ requests }) =>
        requests.requestReturn(customer),
    (result) => {
      if (isSaid(result)) look(world, object, customer, LOOK_MS)
      return isSaid(result)
    },
  )
}

const isSaid = (result: ChangeResult): boolean =>
  result.kind !== 'version-unknown' &&
  !(result.kind === 'conflict' && ['pending', 'confirmed'].includes(result.order.status))

/** The `change`-th address, and then the next: each until it is taken, or the order takes none any more. */
function moveHouse(world: World, story: Story, object: OrderObject, change = 1): void {
  let seen: OrderVersion = { epoch: 1, version: 1 }
  untilAnswered(
    world,
    object,
    () => {
      const at = seen
      return ({ requests }) =>
        requests.changeAddress(story.agreed.customer, addressAfter(change), at)
    },
    (result) => {
      if ('order' in result) seen = { epoch: result.order.epoch, version: result.order.version }
      if (result.kind === 'accepted') {
        world.movedTo.set(object, change)
        if (change < ADDRESS_CHANGES) moveHouse(world, story, object, change + 1)
      }
      return result.kind === 'accepted' || result.kind === 'conflict'
    },
  )
}

const addressAfter = (change: number): ShipTo => ({ ...SHIP_TO, line1: `${change} Way` })

/** Which of its addresses it is; 0: the first. */
export const changeOf = ({ line1 }: ShipTo): number => Number.parseInt(line1, 10)

/** Sends requests until an answer comes that is `enough`; what is repeated is the last one. */
function untilAnswered<Result>(
  world: World,
  object: OrderObject,
  newRequest: () => (instance: Instance) => Result,
  enough: (result: Result) => boolean,
): void {
  const { faults, chance, schedule } = world
  let waitMs = REPEAT_MS
  const again = () => {
    const afterMs = waitMs + chance.between(0, 200, DRAW.shopper, object.scope)
    schedule.after(afterMs, () => void ask())
    waitMs = Math.min(2 * waitMs, REPEAT_MS_MAX)
  }
  const ask = () => {
    const request = served(object, newRequest())
    return callObject(world, object, page, request).then(
      (result) => {
        if (!enough(result)) again()
        else if (faults.strikes('client-repeats', object.scope)) {
          schedule.after(chance.between(0, 5_000, DRAW.shopper, object.scope), () => {
            callObject(world, object, page, request).catch(() => undefined)
          })
        }
      },
      () => again(),
    )
  }
  void ask()
}

/** An order that is placed again before its object is restored would begin anew. */
function served<Result>(object: OrderObject, request: (instance: Instance) => Result) {
  return (instance: Instance): Result => {
    if (object.isLost) throw new Error('closed until the order is restored')
    return request(instance)
  }
}

/** The page polls; a look at an order that stands still gets it going. */
function look(
  world: World,
  object: OrderObject,
  customer: Story['agreed']['customer'],
  waitMs: number,
): void {
  world.schedule.after(waitMs, () => {
    if ((object.order && isSettled(object.order)) || world.isHopeless) return
    callObject(world, object, page, ({ requests }) => requests.read(customer)).catch(
      () => undefined,
    )
    look(world, object, customer, Math.min(3 * waitMs, LOOK_MS_MAX))
  })
}
