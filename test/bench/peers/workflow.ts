/**
 * The peer: the same order on Cloudflare Workflows, with their saga rollbacks, over the same five
 * domain Workers and databases. Written as their documentation shows: parallel steps, retries
 * tuned for a shop that waits, a rollback for each hold; a declined card ends the workflow, and
 * the platform then runs the rollbacks, the latest first.
 */
import { WorkerEntrypoint, WorkflowEntrypoint } from 'cloudflare:workers'
import type { WorkflowEvent, WorkflowStep, WorkflowStepConfig } from 'cloudflare:workers'
import { NonRetryableError } from 'cloudflare:workflows'
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import type { PlacedOrder } from '../../../durable-objects/order-rpc.ts'
import { BINDING_OF, type Domain } from '../../../worker/domains/reads.ts'
import { type Executor, type Step, commandOf, stepsOf } from './commands.ts'
import type { Doorbell, Outcome } from './doorbell.ts'

export { Doorbell } from './doorbell.ts'

export type WorkflowOrder = { id: OrderId; order: PlacedOrder }

type Env = Record<Uppercase<Domain>, Executor> & {
  ORDERS: Workflow<WorkflowOrder>
  DOORBELLS: DurableObjectNamespace<Doorbell>
}

/** The defaults (5 retries from 10 s on, 10 min each) are made for jobs, not for shoppers. */
const TUNED = {
  retries: { limit: 10, delay: 100, backoff: 'exponential' },
  timeout: '10 seconds',
} satisfies WorkflowStepConfig

export class OrderWorkflow extends WorkflowEntrypoint<Env, WorkflowOrder> {
  override async run({ payload }: WorkflowEvent<WorkflowOrder>, step: WorkflowStep) {
    const { id, order } = payload
    const { holds, pivot, commits } = stepsOf(order)
    const run = (it: Step) => this.#run(id, it)
    let held = holds.length

    await Promise.all(
      holds.map((hold) =>
        step.do(hold.name, TUNED, ({ attempt }) => run(hold)('action', attempt), {
          rollback: async ({ ctx }) => {
            await run(hold)('compensation', ctx.attempt)
            held -= 1
            if (held === 0) await this.#ring(id, 'compensated', true)
          },
          rollbackConfig: TUNED,
        }),
      ),
    )
    await step.do(pivot.name, TUNED, ({ attempt }) => run(pivot)('action', attempt))
    await this.#ring(id, 'confirmed', false)
    await Promise.all(
      commits.map((commit) =>
        step.do(commit.name, TUNED, ({ attempt }) => run(commit)('action', attempt)),
      ),
    )
    await this.#ring(id, 'confirmed', true)
  }

  /** What is not known is thrown, so that the step is tried again; a business no ends it all. */
  #run(id: OrderId, it: Step) {
    return async (direction: 'action' | 'compensation', attempt: number): Promise<string> => {
      const domain = this.env[BINDING_OF[it.domain]]
      const reply = await domain.execute(commandOf(id, it, direction, attempt))
      const { outcome, code = '' } = reply ?? { outcome: 'no reply' }
      if (outcome === 'done') return outcome
      if (outcome === 'rejected') throw new NonRetryableError(`${it.name}: ${code}`)
      throw new Error(`${it.name}: ${outcome} ${code}`)
    }
  }

  #ring(id: OrderId, outcome: Outcome, isEnd: boolean): Promise<void> {
    return doorbellOf(this.env).ring(id, outcome, isEnd)
  }
}

const doorbellOf = (env: Env) => env.DOORBELLS.getByName('doorbell')

/** `POST` places an order and answers with its outcome; `GET` says how many are open. */
export default class extends WorkerEntrypoint<Env> {
  override async fetch(request: Request): Promise<Response> {
    const doorbell = doorbellOf(this.env)
    if (request.method === 'GET') return new Response(String(await doorbell.open()))
    const params: WorkflowOrder = await request.json()
    const outcome = doorbell.wait(params.id)
    await this.env.ORDERS.create({ id: params.id, params })
    return new Response(await outcome)
  }
}
