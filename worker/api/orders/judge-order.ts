/**
 * Whether an order can be placed: the quote to agree on, or the refusal. Nothing is thrown for
 * a business no or a service that is down, since an order that exists wins over both (N1).
 */
import type { CustomerId } from '../../../durable-objects/core/ids.ts'
import type { Money } from '../../../durable-objects/core/money.ts'
import type { Placement, PlacedOrder, Refusal } from '../../../durable-objects/order-rpc.ts'
import type { OrderRequest } from '../contract.ts'
import type { ApiBindings } from '../ports.ts'
import { type Priced, QUOTE_PROBLEM_CODES, type QuoteProblem } from '../pricing.ts'
import { ProblemError } from '../problem-error.ts'
import { type CodeWithStatus, PROBLEMS, isProblemCode } from '../problems.ts'
import { quoteBasket } from '../quoting.ts'

export const REFUSAL_CODES = [
  ...QUOTE_PROBLEM_CODES,
  'price-changed',
  'service-unavailable',
] as const satisfies CodeWithStatus<Refusal['status']>[]
type RefusalCode = (typeof REFUSAL_CODES)[number]

/** `cause` is for the log, should the refusal stand. */
type Judgement = { decision: Placement['decision']; cause?: unknown }

export async function judge(
  env: ApiBindings,
  customer: CustomerId,
  request: OrderRequest,
): Promise<Judgement> {
  let priced: Priced
  try {
    priced = await quoteBasket(env, customer, request, request.shipTo.country)
  } catch (error) {
    if (!(error instanceof ProblemError && error.code === 'service-unavailable')) throw error
    const { detail, cause } = error.particulars
    return { decision: { refusal: refusalOf('service-unavailable', detail) }, cause }
  }
  return { decision: decide(customer, request, priced) }
}

export function decide(
  customer: CustomerId,
  request: OrderRequest,
  priced: Priced,
): Placement['decision'] {
  const [first] = priced.problems
  if (first) return { refusal: refusalOf(first.code, first.title, priced.problems) }
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

function refusalOf(code: RefusalCode, detail?: string, found: QuoteProblem[] = []): Refusal {
  return {
    status: PROBLEMS[code].status,
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(found.length === 0 ? {} : { errors: found.map(errorOf) }),
  }
}

/** A quote's country is an order's address. */
const errorOf = ({ field, title }: QuoteProblem) => ({
  field: field === 'country' ? 'shipTo.country' : field,
  message: title,
})

export function problemOf({ code, detail, errors }: Refusal, cause: unknown): ProblemError {
  if (!isProblemCode(code)) return new ProblemError('internal', { cause: `refusal: ${code}` })
  return new ProblemError(code, { detail, ...(errors ? { errors } : {}), cause })
}

const isSameMoney = (a: Money, b: Money): boolean =>
  a.amount === b.amount && a.currency === b.currency
