import { describe, expect, it } from 'vitest'
import { app } from '../../worker/api/app.ts'
import { QUOTE_PROBLEM_CODES } from '../../worker/api/pricing.ts'
import { PROBLEMS, type ProblemCode, isProblemCode } from '../../worker/api/problems.ts'
import { openApiDocument, operationsOf } from '../../worker/api/documentation/open-api.ts'

const document = openApiDocument(app)
const operations = operationsOf(document)
const schemas = document.components?.schemas ?? {}

describe('the catalogue', () => {
  it('P1: codes and statuses are permanent; this list only grows', () => {
    const codes = Object.entries(PROBLEMS).map(([code, { status }]) => `${status} ${code}`)
    expect(codes.toSorted()).toMatchInlineSnapshot(`
      [
        "400 idempotency-key-invalid",
        "400 idempotency-key-required",
        "400 if-match-invalid",
        "400 malformed-json",
        "400 saga-id-mismatch",
        "401 operator-required",
        "401 session-required",
        "403 foreign-origin",
        "403 ticket-invalid",
        "404 dead-letter-not-found",
        "404 delivery-not-found",
        "404 faults-not-available",
        "404 order-not-found",
        "404 route-not-found",
        "404 saga-not-found",
        "404 webhook-not-found",
        "405 method-not-allowed",
        "409 address-fixed",
        "409 already-failing",
        "409 coupon-already-used",
        "409 coupon-expired",
        "409 coupon-used-up",
        "409 delivery-day-unavailable",
        "409 not-enough-points",
        "409 not-lost",
        "409 not-replayable",
        "409 not-restorable",
        "409 not-returnable",
        "409 not-skippable",
        "409 not_settled",
        "409 nothing-to-resume",
        "409 order-conflict",
        "409 other-region",
        "409 out-of-stock",
        "409 pivot-sent",
        "409 price-changed",
        "409 saga-ended",
        "409 step-not-parked",
        "409 too-late-to-cancel",
        "409 too-many-webhooks",
        "409 traces-off",
        "409 webhook-exists",
        "409 webhook-not-active",
        "409 webhook-not-removed",
        "412 changed-since",
        "412 version-stale",
        "413 body-too-large",
        "415 unsupported-media-type",
        "422 country-not-served",
        "422 coupon-minimum-not-met",
        "422 coupon-other-currency",
        "422 coupon-unknown",
        "422 idempotency-key-reused",
        "422 invalid-input",
        "422 points-exceed-total",
        "422 unknown-sku",
        "426 upgrade-required",
        "428 precondition-required",
        "429 rate-limited",
        "500 internal",
        "503 domain-unavailable",
        "503 not-configured",
        "503 overloaded",
        "503 service-unavailable",
      ]
    `)
  })

  it.each(Object.entries(PROBLEMS))('P2: %s has a why and a fix, in sentences', (_code, kind) => {
    for (const text of [kind.why, kind.fix]) expect(text).toMatch(/^[A-Z`].+[.?]$/)
    expect(kind.title).not.toMatch(/\.$/)
  })
})

describe('the OpenAPI document', () => {
  it('has every route of the app, and no other', () => {
    const documented = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`)
    const mounted = app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
      .filter((route) => !/\/(docs|openapi)/.test(route))
    expect(new Set(documented)).toEqual(new Set(mounted))
  })

  it.each(operations)('$method $path says what it does, and what can go wrong', ({ operation }) => {
    expect(operation.operationId).toBeTruthy()
    expect(operation.summary).toBeTruthy()
    expect(operation.tags).toHaveLength(1)
    const statuses = Object.keys(operation.responses ?? {})
    expect(statuses.some((status) => /^[12]/.test(status))).toBe(true)
    expect(statuses).toContain('500')
  })

  it.each(operations.filter(isChoosy))(
    '$method $path does not take whatever comes, and says so',
    ({ operation }) => {
      expect(JSON.stringify(operation.responses)).toContain('`invalid-input`')
    },
  )

  it('has each schema that it names', () => {
    const named = [...JSON.stringify(document).matchAll(/`((?:[A-Z][a-z]+){2,})`/g)]
    expect(named.map(([, name = '']) => name).filter((name) => !(name in schemas))).toEqual([])
  })

  // The generator gives a schema with a name whatever is said of it where it is met first.
  it('what is said of a schema in one place is not said of it everywhere', () => {
    const described = Object.entries(schemas).filter(([, schema]) => 'description' in schema)
    expect(described.map(([name]) => name)).toEqual([])
  })

  it('operation ids are unique', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('each code is under its own status', () => {
    for (const { status, codes } of documentedCodes()) {
      for (const code of codes)
        expect({ code, status: PROBLEMS[code].status }).toEqual({ code, status })
    }
  })

  it('each code of the catalogue belongs to some route', () => {
    const everywhere: ProblemCode[] = ['route-not-found', 'method-not-allowed']
    const used = new Set([...everywhere, ...documentedCodes().flatMap(({ codes }) => codes)])
    expect(Object.keys(PROBLEMS).filter((code) => isProblemCode(code) && !used.has(code))).toEqual(
      [],
    )
  })

  it('an order can be refused for whatever a quote can complain of', () => {
    const place = operations.find(({ operation }) => operation.operationId === 'placeOrder')
    const documented = JSON.stringify(place?.operation.responses)
    for (const code of QUOTE_PROBLEM_CODES) expect(documented).toContain(code)
  })
})

/** By its parameters. */
function isChoosy({ operation }: (typeof operations)[number]): boolean {
  const asked = JSON.stringify(operation.parameters ?? [])
  return /"(?:minLength|maxLength|pattern|enum|minimum)":/.test(asked)
}

function documentedCodes(): { status: number; codes: ProblemCode[] }[] {
  return operations.flatMap(({ operation }) =>
    Object.entries(operation.responses ?? {}).map(([status, response]) => ({
      status: Number(status),
      codes: [...JSON.stringify(response).matchAll(/`([a-z_-]+)`:/g)]
        .map(([, code = '']) => code)
        .filter(isProblemCode),
    })),
  )
}
