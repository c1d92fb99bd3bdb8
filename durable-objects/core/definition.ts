/**
 * A saga's definition: its steps, by kind, and their order.
 *
 * D1. Kinds are sections: compensatable steps run before the pivot, retriable ones after it.
 *     `after` may only name steps of the same section, so kinds cannot be mixed up.
 * D2. There is at most one pivot, and it waits for every compensatable step.
 * D3. The graph has no cycle and names no unknown step; each name is used once.
 * D4. Each step is of a domain that there is. Which there are, whoever lists definitions knows.
 * D5. A name and a version are one definition: an order ends on the one that it began on.
 * D6. A step carries what its domain takes: the input that `Inputs` has under its name. The compiler sees to it.
 * D7. A step has time to be asked again: before the pivot, and for it, it waits for less than the forward phase.
 */
import type { DefinitionRef, Json } from './messages.ts'

export type StepKind = 'compensatable' | 'pivot' | 'retriable'

export type StepSpec<Order, Name extends string, Input extends Json = Json> = {
  /** The service that runs it: the name of its command queue. */
  domain: string
  /** What its command carries. Evaluated once, when the saga starts, and kept in the journal. */
  input: (order: Order) => Input
  /** Steps of the same section that must have succeeded before. */
  after?: readonly Name[]
  /** Orders for which this says false run without the step. Default: all need it. */
  needed?: (order: Order) => boolean
  /** How long to wait for an answer before asking again, in milliseconds. Default 1,000. */
  timeoutMs?: number
  /** How its commands travel the first time. Default by queue. */
  by?: Transport
  /** The order makes sense without it: left out while its domain's breaker is open. Default no. */
  optional?: boolean
}

/**
 * `call`: the domain is called, and its reply comes back as the answer: sooner, and without the
 * queue's operations. `queue`: the command waits its turn. A repeat always goes by queue.
 */
export type Transport = 'queue' | 'call'

/** What each step carries, by its name. */
export type InputsByStep = Record<string, Json>
type NameIn<Inputs> = keyof Inputs & string

export type SagaSpec<
  Order,
  Inputs extends InputsByStep,
  Compensatable extends NameIn<Inputs>,
  Pivot extends NameIn<Inputs>,
  Retriable extends NameIn<Inputs>,
> = {
  name: string
  version: number
  /** The whole saga, compensation included, in milliseconds. Default 3,000. */
  deadlineMs?: number
  /** The part of the deadline that is kept for compensation. Default a third. */
  compensationMs?: number
  compensatable?: {
    [Name in Compensatable]: StepSpec<Order, NoInfer<Compensatable>, Inputs[Name]>
  }
  pivot?: { name: Pivot } & Omit<StepSpec<Order, never, Inputs[Pivot]>, 'after' | 'optional'>
  retriable?: { [Name in Retriable]: StepSpec<Order, NoInfer<Retriable>, Inputs[Name]> }
}

export type Step<Order> = {
  name: string
  kind: StepKind
  domain: string
  input: (order: Order) => Json
  needed: (order: Order) => boolean
  timeoutMs: number
  by: Transport
  optional: boolean
  /** Every step that must have succeeded before this one, also indirectly. */
  ancestors: ReadonlySet<string>
}

export type SagaDefinition<Order> = {
  ref: DefinitionRef
  deadlineMs: number
  compensationMs: number
  /** In an order in which each step comes after its ancestors. */
  steps: readonly Step<Order>[]
}

const DEADLINE_MS = 3_000
const STEP_TIMEOUT_MS = 1_000
const NAME = /^[a-z][a-z0-9-]{0,63}$/

/** What a definition does wrong, in which saga; thrown while the program starts, never while an order runs. */
export class DefinitionError extends Error {
  override name = 'DefinitionError'
}

/**
 * Defines a saga over orders of type `Order`, whose steps carry `Inputs`:
 * `defineSaga<Order, Inputs>()({ name, version, compensatable: {…}, pivot: {…}, retriable: {…} })`.
 * (Two calls, because TypeScript infers either all type arguments of a call or none.)
 */
export function defineSaga<Order, Inputs extends InputsByStep>() {
  return <
    Compensatable extends NameIn<Inputs> = never,
    Pivot extends NameIn<Inputs> = never,
    Retriable extends NameIn<Inputs> = never,
  >(
    spec: SagaSpec<Order, Inputs, Compensatable, Pivot, Retriable>,
  ): SagaDefinition<Order> => {
    const deadlineMs = spec.deadlineMs ?? DEADLINE_MS
    const compensationMs = spec.compensationMs ?? Math.floor(deadlineMs / 3)
    const ref = { name: spec.name, version: spec.version }
    const saga = nameOf(ref)
    check(NAME.test(ref.name), `the name ${JSON.stringify(ref.name)} is not in kebab-case`)
    check(Number.isInteger(ref.version) && ref.version >= 1, 'the version is not an integer ≥ 1')
    check(
      compensationMs > 0 && compensationMs < deadlineMs,
      'compensationMs is not within deadlineMs',
    )

    const before = section<Order>(saga, 'compensatable', spec.compensatable ?? {}, [])
    const compensatableNames = before.map((step) => step.name)
    const pivots = spec.pivot
      ? section<Order>(saga, 'pivot', { [spec.pivot.name]: spec.pivot }, compensatableNames)
      : []
    const decided = [...compensatableNames, ...pivots.map((step) => step.name)]
    const after = section<Order>(saga, 'retriable', spec.retriable ?? {}, decided)

    const steps = [...before, ...pivots, ...after]
    check(steps.length > 0, 'it has no steps')
    const shared = repeatedOf(steps.map((step) => step.name))
    check(
      shared === undefined,
      `two steps are called ${shared}: the domain would take one for the other`,
    )
    const forwardMs = deadlineMs - compensationMs
    for (const { name, kind, timeoutMs } of steps) {
      check(timeoutMs > 0, `the timeoutMs of ${name} is not above 0`)
      check(
        kind === 'retriable' || timeoutMs < forwardMs,
        `${name} waits ${timeoutMs} ms for an answer, and has ${forwardMs} ms until it is too late to ask again`,
      )
    }
    return { ref, deadlineMs, compensationMs, steps }

    function check(holds: boolean, complaint: string): asserts holds {
      if (!holds) throw new DefinitionError(`${saga}: ${complaint}`)
    }
  }
}

const repeatedOf = (names: readonly string[]): string | undefined =>
  names.find((name, index) => names.indexOf(name) < index)

const nameOf = ({ name, version }: DefinitionRef): string => `saga ${name} v${version}`

/** D4. An order's commands to a domain that nobody is would wait for its deadline. */
export function assertDomains<Order>(
  { ref, steps }: SagaDefinition<Order>,
  domains: readonly string[],
): void {
  for (const { name, domain } of steps) {
    if (domains.includes(domain)) continue
    throw new DefinitionError(
      `${nameOf(ref)}: ${name} is of the domain ${domain}, and there are ${domains.join(', ')}. ` +
        'A new one is added to DOMAINS in worker/domains/reads.ts.',
    )
  }
}

/** D5. */
export function assertDistinct(definitions: readonly { ref: DefinitionRef }[]): void {
  const twice = repeatedOf(definitions.map(({ ref }) => nameOf(ref)))
  if (twice === undefined) return
  throw new DefinitionError(`${twice} is there twice: a definition that differs is a new version`)
}

/** The steps of one section in topological order, each after `earlier` as well. */
function section<Order>(
  saga: string,
  kind: StepKind,
  specs: Record<string, StepSpec<Order, string>>,
  earlier: readonly string[],
): Step<Order>[] {
  const placed = new Map<string, Step<Order>>()

  const refuse = (complaint: string): never => {
    throw new DefinitionError(`${saga}: ${complaint}`)
  }
  /** `waiting`: those that it is placed for, each after the next. */
  const place = (name: string, waiting: readonly string[]): Step<Order> => {
    const done = placed.get(name)
    if (done) return done
    const spec = specs[name] ?? refuse(`${waiting.at(-1)} is after ${name}, no ${kind} step`)
    if (!NAME.test(name)) refuse(`the step ${name} is not in kebab-case`)
    const way = [...waiting, name]
    if (waiting.includes(name)) refuse(`${name} comes after itself: ${way.join(' after ')}`)
    const parents = (spec.after ?? []).map((parent) => place(parent, way))
    const step: Step<Order> = {
      name,
      kind,
      domain: spec.domain,
      input: spec.input,
      needed: spec.needed ?? (() => true),
      timeoutMs: spec.timeoutMs ?? STEP_TIMEOUT_MS,
      by: spec.by ?? 'queue',
      optional: spec.optional ?? false,
      ancestors: new Set([
        ...earlier,
        ...parents.flatMap((parent) => [parent.name, ...parent.ancestors]),
      ]),
    }
    placed.set(name, step)
    return step
  }

  for (const name of Object.keys(specs)) place(name, [])
  return [...placed.values()]
}
