/**
 * Whether an order can be placed: the quote to agree on, or the refusal. Nothing is thrown for
 * a business no or a service that is down, since an order that exists wins over both (N1).
 */
import type { SagaDefinition } from '../../../durable-objects/core/definition.ts'
import type { CustomerId } from '../../../durable-objects/core/ids.ts'
import { isSameMoney } from '../../../durable-objects/core/money.ts'
import type { Placement, PlacedOrder, Refusal } from '../../../durable-objects/order-rpc.ts'
import { DOMAINS, type Domain } from '../../domains/reads.ts'
import type { OrderRequest } from '../contract.ts'
import { assertInTime, assertNoObstacle } from '../obstacles.ts'
import type { ApiBindings } from '../ports.ts'
import { type Priced, QUOTE_PROBLEM_CODES, type QuoteProblem } from '../pricing.ts'
import { ProblemError } from '../problem-error.ts'
import { type CodeWithStatus, PROBLEMS, type ProblemCode, isProblemCode } from '../problems.ts'
import { DOMAINS_ASKED_AGAIN, domainsAskedFor, quoteBasket, restocked } from '../quoting.ts'
import { sessionSecretOf } from '../session/require-session.ts'
import { shownQuote } from '../shown-quote.ts'
import { addressErrors } from './address-errors.ts'

export const REFUSAL_CODES = [
  ...QUOTE_PROBLEM_CODES,
  'price-changed',
  'service-unavailable',
  'domain-unavailable',
  'overloaded',
] as const satisfies CodeWithStatus<Refusal['status']>[]
type RefusalCode = (typeof REFUSAL_CODES)[number] | 'invalid-input'

/** `cause` is for the log, should the refusal stand. */
type Judgement = { decision: Placement['decision']; cause?: unknown }

/** `definition`: what the order would begin on. */
export async function judge(
  env: ApiBindings,
  definition: SagaDefinition<PlacedOrder>,
  customer: CustomerId,
  request: OrderRequest,
  quoteToken: string | undefined,
): Promise<Judgement> {
  const { country } = request.shipTo
  const faults = addressErrors(request.shipTo)
  if (faults.length > 0) {
    return { decision: { refusal: refusalOf('invalid-input', undefined, faults) } }
  }
  try {
    const shown = await shownQuote(quoteToken, customer, request, sessionSecretOf(env))
    const priced = shown
      ? await restocked(env, request, shown)
      : await quoteBasket(env, customer, request, country, 'order')
    const decision = decide(customer, request, priced)
    if ('quote' in decision) {
      const asked = shown ? DOMAINS_ASKED_AGAIN : domainsAskedFor(request, country)
      const later = domainsOf(definition, decision.quote).filter(
        (domain) => !asked.includes(domain),
      )
      await assertNoObstacle(env, later, 'order')
      assertInTime(env, definition, decision.quote, Math.random())
    }
    return { decision }
  } catch (error) {
    if (!(error instanceof ProblemError && isDown(error.code))) throw error
    const { detail, errors = [], cause, service, retryAfterS } = error.particulars
    const refusal: Refusal = {
      ...refusalOf(error.code, detail, errors),
      ...(service === undefined ? {} : { service }),
      ...(retryAfterS === undefined ? {} : { retryAfterS }),
    }
    return { decision: { refusal }, cause }
  }
}

const DOWN = ['service-unavailable', 'domain-unavailable', 'overloaded'] as const
const isDown = (code: ProblemCode): code is (typeof DOWN)[number] => DOWN.some((it) => it === code)

/** Those that the order cannot do without. */
function domainsOf(definition: SagaDefinition<PlacedOrder>, quote: PlacedOrder): Domain[] {
  const needed = definition.steps.filter((step) => !step.optional && step.needed(quote))
  return DOMAINS.filter((domain) => needed.some((step) => step.domain === domain))
}

function decide(
  customer: CustomerId,
  request: OrderRequest,
  priced: Priced,
): Placement['decision'] {
  const [first] = priced.problems
  if (first) {
    return { refusal: refusalOf(first.code, first.title, priced.problems.map(errorOf)) }
  }
  const { expectedTotal } = request
  if (expectedTotal && !isSameMoney(expectedTotal, priced.total)) {
    const detail = `It is ${priced.total.amount} by now, in minor units of ${priced.total.currency}.`
    return { refusal: refusalOf('price-changed', detail) }
  }
  return { quote: placedOrderOf(customer, request, priced) }
}

function placedOrderOf(customer: CustomerId, request: OrderRequest, priced: Priced): PlacedOrder {
  const { problems: _none, day, ...prices } = priced
  if (day === null) throw new Error('a basket without problems has its delivery day')
  return {
    customer,
    ...prices,
    ...(request.coupon === undefined ? {} : { coupon: request.coupon }),
    // No points is no step, so it is left out.
    ...(request.points ? { points: request.points } : {}),
    // Regions are countries.
    delivery: { day, region: request.shipTo.country },
    payment: request.payment,
  }
}

function refusalOf(
  code: RefusalCode,
  detail?: string,
  errors: NonNullable<Refusal['errors']> = [],
): Refusal {
  return {
    status: PROBLEMS[code].status,
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(errors.length === 0 ? {} : { errors }),
  }
}

/** A quote's country is an order's address. */
const errorOf = ({ field, title }: QuoteProblem) => ({
  field: field === 'country' ? 'shipTo.country' : field,
  message: title,
})

export function problemOf(refusal: Refusal, cause: unknown): ProblemError {
  const { code, detail, errors, service, retryAfterS } = refusal
  if (!isProblemCode(code)) return new ProblemError('internal', { cause: `refusal: ${code}` })
  return new ProblemError(code, {
    detail,
    ...(errors ? { errors } : {}),
    ...(service === undefined ? {} : { service }),
    ...(retryAfterS === undefined ? {} : { retryAfterS }),
    cause,
  })
}
