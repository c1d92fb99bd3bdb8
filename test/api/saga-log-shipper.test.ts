/** From the journal to the queue of the saga log, which takes a little at a time and may refuse. */
import { expect, it } from 'vitest'
import { OrderProcess } from '../../durable-objects/order-process.ts'
import type { SagaLogMessage } from '../../durable-objects/saga-log/message.ts'
import { SagaLogShipper } from '../../durable-objects/saga-log/shipper.ts'
import { ORDER_CREATE, definitionOf } from '../../durable-objects/sagas/registry.ts'
import { standIn } from '../simulation/stand-in.ts'
import { GOLDEN_ORDER_ID, goldenPlacing } from '../core/golden-run.ts'
import { Surroundings } from '../core/surroundings.ts'

/** Of a message. https://developers.cloudflare.com/queues/platform/limits/ */
const BYTES_MAX = 128_000

/** An order that is parked because its domains say nothing, for so many looks of its alarm. */
async function parkedFor(looks: number) {
  const around = new Surroundings()
  const process = new OrderProcess(around, definitionOf)
  process.start(ORDER_CREATE, GOLDEN_ORDER_ID, goldenPlacing, [
    { type: 'order-placed', order: goldenPlacing.order, bodyHash: 'hash' },
  ])
  for (let look = 0; look < looks; look += 1) {
    around.now = Math.max(around.now + 1, around.alarms.at(-1) ?? 0)
    await process.wake()
  }
  return { around, order: process.order ?? fail('there is no order') }
}

function fail(what: string): never {
  throw new Error(what)
}

/** A queue that takes so many messages, and then refuses. */
function queue(takes: number) {
  const taken: SagaLogMessage[] = []
  const SAGA_LOG = {
    send: async (body: SagaLogMessage) => {
      if (JSON.stringify(body).length > BYTES_MAX) throw new Error('the message is too large')
      if (taken.length === takes) throw new Error('the queue refuses')
      taken.push(body)
    },
  }
  const seqs = () => taken.flatMap(({ transitions }) => transitions.map(({ seq }) => seq))
  return { SAGA_LOG, seqs, goOn: () => (takes = Infinity) }
}

it('ships a journal of any length, and goes on where the queue refused', async () => {
  const { around, order } = await parkedFor(1_500)
  expect(JSON.stringify(around.rows).length, 'more than a batch may hold').toBeGreaterThan(256_000)
  const { SAGA_LOG, seqs, goOn } = queue(3)
  const shipper = new SagaLogShipper(standIn({ SAGA_LOG }), {
    after: (seq) => around.journal.after(seq),
    lastSeq: () => 0,
  })
  await expect(shipper.ship(order, around.now)).rejects.toThrow('the queue refuses')
  goOn()
  expect(await shipper.ship(order, around.now)).toBe(true)
  expect(seqs(), 'each once').toEqual(around.rows.map(({ seq }) => seq))
  expect(await shipper.ship(order, around.now)).toBe(false)
})
