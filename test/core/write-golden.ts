/**
 * Writes the golden journals of a version of a saga, once, when it is released: of the order saga one that ends
 * well, and one whose card is declined; of the return one that ends well, of an order on the saga that new ones
 * begin on. The third argument is what the order has that the golden one has not.
 *
 *     npx node test/core/write-golden.ts order-create 3 '{ "giftWrapped": true }'
 *
 * One that is there already is left as it is.
 */
import { writeFileSync } from 'node:fs'
import type { SagaDefinition } from '../../durable-objects/core/definition.ts'
import { directionOf, unfinishedSteps } from '../../durable-objects/core/saga-state.ts'
import type { PlacedOrder } from '../../durable-objects/order-rpc.ts'
import { orderView } from '../../durable-objects/order/view.ts'
import { ORDER_CREATE, ORDER_RETURN } from '../../durable-objects/sagas/registry.ts'
import { type GoldenInput, goldenPlacing, known, reply, run } from './golden-run.ts'

const ANSWER_MS = 10
const INPUTS_MAX = 100

type End = 'completed' | 'compensated'

/** Every command is answered, in the order of the steps, until there is none. */
function inputsOf(
  definition: SagaDefinition<PlacedOrder>,
  returned: SagaDefinition<PlacedOrder> | null,
  agreement: PlacedOrder,
  end: End,
): GoldenInput[] {
  const inputs: GoldenInput[] = []
  while (inputs.length < INPUTS_MAX) {
    const afterMs = (inputs.length + 1) * ANSWER_MS
    const sagas = [...(run(definition, inputs, agreement).order?.sagas.values() ?? [])]
    const saga = sagas.at(-1)
    const [step] = saga ? unfinishedSteps(saga) : []
    if (saga && step) {
      const { name, kind } = step.plan
      const { sagaId } = saga
      inputs.push(
        end === 'compensated' && kind === 'pivot'
          ? reply(afterMs, name, 'rejected', { code: 'card-declined', sagaId })
          : reply(afterMs, name, 'done', { direction: directionOf(step), sagaId }),
      )
    } else if (returned && sagas.length === 1) {
      inputs.push({ afterMs, input: { type: 'return-asked', definition: returned.ref } })
    } else {
      return inputs
    }
  }
  throw new Error(`it does not end within ${INPUTS_MAX} replies`)
}

const [saga = '', version = '', more = '{}'] = process.argv.slice(2)
const written = known({ name: saga, version: Number(version) })
const isReturn = saga === ORDER_RETURN.ref.name
const definition = isReturn ? ORDER_CREATE : written
const agreement = { ...goldenPlacing.order, ...JSON.parse(more) }
const ends: End[] = isReturn ? ['completed'] : ['completed', 'compensated']
for (const end of ends) {
  const inputs = inputsOf(definition, isReturn ? written : null, agreement, end)
  const { transitions, order } = run(definition, inputs, agreement)
  const view = order && orderView(order, null)
  const name = `${saga}-v${version}-${end}`
  const journal = { definition: definition.ref, inputs, transitions, view }
  const path = new URL(`golden/${name}.json`, import.meta.url)
  writeFileSync(path, `${JSON.stringify(journal, null, 2)}\n`, { flag: 'wx' })
  console.log(`${name}: ${transitions.length} transitions. Add it to NAMES in golden.test.ts.`)
}
