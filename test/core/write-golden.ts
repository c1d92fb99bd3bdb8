/**
 * Writes the golden journals of a version of the order saga, once, when it is released: of an order that ends
 * well, and of one whose card is declined. The second argument is what the order has that the golden one has not.
 *
 *     npx node test/core/write-golden.ts 3 '{ "giftWrapped": true }'
 *
 * One that is there already is left as it is.
 */
import { writeFileSync } from 'node:fs'
import type { SagaDefinition } from '../../durable-objects/core/definition.ts'
import { directionOf, unfinishedSteps } from '../../durable-objects/core/saga-state.ts'
import type { PlacedOrder } from '../../durable-objects/order-rpc.ts'
import { orderView } from '../../durable-objects/order/view.ts'
import { ORDER_CREATE, definitionOf } from '../../durable-objects/sagas/registry.ts'
import { type GoldenInput, goldenPlacing, reply, run } from './golden-run.ts'

const ANSWER_MS = 10
const INPUTS_MAX = 100

/** Every command is answered, in the order of the steps, until there is none. */
function inputsOf(
  definition: SagaDefinition<PlacedOrder>,
  agreement: PlacedOrder,
  isDeclined: boolean,
): GoldenInput[] {
  const inputs: GoldenInput[] = []
  while (inputs.length < INPUTS_MAX) {
    const saga = run(definition, inputs, agreement).order?.sagas.get(goldenPlacing.sagaId)
    const [step] = saga ? unfinishedSteps(saga) : []
    if (!step) return inputs
    const { name, kind } = step.plan
    const afterMs = (inputs.length + 1) * ANSWER_MS
    inputs.push(
      isDeclined && kind === 'pivot'
        ? reply(afterMs, name, 'rejected', { code: 'card-declined' })
        : reply(afterMs, name, 'done', { direction: directionOf(step) }),
    )
  }
  throw new Error(`it does not end within ${INPUTS_MAX} replies`)
}

const [version = '', more = '{}'] = process.argv.slice(2)
const definition = definitionOf({ name: ORDER_CREATE.ref.name, version: Number(version) })
if (!definition) throw new Error(`there is no version "${version}" in sagas/registry.ts`)
const agreement = { ...goldenPlacing.order, ...JSON.parse(more) }
for (const end of ['completed', 'compensated']) {
  const inputs = inputsOf(definition, agreement, end === 'compensated')
  const { transitions, order } = run(definition, inputs, agreement)
  const view = order && orderView(order, null)
  const name = `${definition.ref.name}-v${version}-${end}`
  const journal = { definition: definition.ref, inputs, transitions, view }
  const path = new URL(`golden/${name}.json`, import.meta.url)
  writeFileSync(path, `${JSON.stringify(journal, null, 2)}\n`, { flag: 'wx' })
  console.log(`${name}: ${transitions.length} transitions. Add it to NAMES in golden.test.ts.`)
}
