/**
 * A payment provider that keeps its promises (V1 to V3 of provider.ts), and little else: it is
 * silent, late, unsure of its answers, gets calls twice or long after they were given up. One fault
 * breaks a promise: what was voided is captured after all (V3).
 */
import type {
  Capture,
  CapturesPage,
  ChargeRequest,
  ChargeState,
  PaymentProvider,
  RefundRequest,
  RefundState,
} from '../../worker/domains/payments/provider.ts'
import type { Caller } from './caller.ts'
import { dies } from './calls.ts'
import { DRAW } from './draws.ts'
import { partNumber } from './parts.ts'
import type { World } from './world.ts'

const LATE_MS_MAX = 30_000
const ARRIVES_MS_MAX = 120_000
/** Later than a saga's deadline, so that it asks to void what is pending. */
const BROKEN_WORD_MS_MIN = 4_000
const BROKEN_WORD_MS_MAX = 60_000
const PROVIDER = partNumber('provider')

type Charge = {
  orderId: string | null
  amount: number
  outcome: 'captured' | 'declined' | 'voided'
  visibleAtMs: number
  /** While it is not decided it can be voided, and is captured all the same. */
  breaksWord: boolean
  isVoided: boolean
  refunds: Map<string, number>
}

export class Ledger {
  readonly charges = new Map<string, Charge>()

  /** Newest first; with those that are not visible yet. */
  get captures(): Capture[] {
    return [...this.charges]
      .toReversed()
      .filter(([, { outcome }]) => outcome === 'captured')
      .map(([key, { amount, refunds, visibleAtMs }]) => ({
        key,
        amount: { amount, currency: 'USD' },
        refunded: [...refunds.values()].reduce((sum, it) => sum + it, 0),
        capturedAtMs: visibleAtMs,
      }))
  }

  captured(orderId: string): { captures: number; captured: number; refunded: number } {
    const found = [...this.charges.values()].filter(
      (charge) => charge.orderId === orderId && charge.outcome === 'captured',
    )
    const refunded = found.flatMap(({ refunds }) => [...refunds.values()])
    return {
      captures: found.length,
      captured: found.reduce((sum, { amount }) => sum + amount, 0),
      refunded: refunded.reduce((sum, amount) => sum + amount, 0),
    }
  }
}

/** The provider as one call of the payments' Worker meets it. */
export function providerOf(world: World, caller: Caller): PaymentProvider {
  const { faults, chance, schedule, ledger } = world

  /** What becomes of a call whose effect is `effect`. */
  function call<Answer>(effect: () => Answer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (caller.isDead || dies(world, caller, 'before')) return
      if (faults.strikes('provider-down', PROVIDER)) {
        reject(new Error('the provider is down'))
        return
      }
      if (faults.strikes('call-arrives-late', PROVIDER)) {
        const delayMs = chance.logBetween(100, ARRIVES_MS_MAX, DRAW.arrival, PROVIDER)
        schedule.after(delayMs, () => void effect())
        return
      }
      const answer = effect()
      if (faults.strikes('provider-doubled', PROVIDER)) effect()
      if (dies(world, caller, 'after') || faults.strikes('provider-silent', PROVIDER)) return
      if (faults.strikes('provider-unsure', PROVIDER)) reject(new Error('no answer'))
      else resolve(answer)
    })
  }

  const stateOf = ({ outcome, visibleAtMs, isVoided }: Charge): ChargeState => {
    if (visibleAtMs > schedule.nowMs) return { status: isVoided ? 'voided' : 'pending' }
    switch (outcome) {
      case 'captured':
        return { status: 'captured', reference: 'reference' }
      case 'declined':
        return { status: 'declined', code: 'card-declined' }
      default:
        return { status: 'voided' }
    }
  }

  /** One row per key, whoever calls how often (V1, V3). */
  const write = (key: string, charge: Omit<Charge, 'refunds' | 'isVoided'>): Charge => {
    const found = ledger.charges.get(key)
    if (found) return found
    const made = { ...charge, isVoided: false, refunds: new Map<string, number>() }
    ledger.charges.set(key, made)
    world.trace(() => `provider: ${key} is ${charge.outcome}`)
    return made
  }

  const charge = ({ key, orderId, amount, token }: ChargeRequest): ChargeState => {
    const isLate = faults.strikes('provider-late', PROVIDER)
    const lateMs = isLate ? chance.logBetween(500, LATE_MS_MAX, DRAW.provider, PROVIDER) : 0
    const breaksWord = faults.strikes('captured-though-voided', PROVIDER)
    const untilBrokenMs = breaksWord
      ? chance.logBetween(BROKEN_WORD_MS_MIN, BROKEN_WORD_MS_MAX, DRAW.brokenWord, PROVIDER)
      : 0
    return stateOf(
      write(key, {
        orderId,
        amount: amount.amount,
        outcome: token === 'tok_declined' ? 'declined' : 'captured',
        visibleAtMs: schedule.nowMs + Math.max(lateMs, untilBrokenMs),
        breaksWord,
      }),
    )
  }

  const voidOf = (key: string): ChargeState => {
    const outcome = 'voided' as const
    const visibleAtMs = schedule.nowMs
    const found = write(key, { orderId: null, amount: 0, outcome, visibleAtMs, breaksWord: false })
    if (found.breaksWord && found.visibleAtMs > schedule.nowMs && !found.isVoided) {
      found.isVoided = true
      world.unwellUntil(found.visibleAtMs)
      world.trace(() => `provider: ${key} is voided, and will be ${found.outcome}`)
    }
    return stateOf(found)
  }

  const captures = (after: string | null, limit: number): CapturesPage => {
    const from = Number(after ?? 0)
    const items = ledger.captures
      .filter(({ capturedAtMs }) => capturedAtMs <= schedule.nowMs)
      .slice(from, from + limit)
    return { items, next: items.length < limit ? null : String(from + limit) }
  }

  const refund = ({ key, chargeKey, amount }: RefundRequest): RefundState => {
    const charged = ledger.charges.get(chargeKey)
    if (!charged || charged.outcome !== 'captured' || charged.visibleAtMs > schedule.nowMs) {
      return { status: 'refused', code: 'nothing-to-refund' }
    }
    if (!charged.refunds.has(key)) {
      const refunded = [...charged.refunds.values()].reduce((sum, it) => sum + it, 0)
      if (refunded + amount.amount > charged.amount) {
        return { status: 'refused', code: 'nothing-to-refund' }
      }
      charged.refunds.set(key, amount.amount)
      world.trace(() => `provider: ${chargeKey} is refunded`)
    }
    return { status: 'refunded', reference: 'reference' }
  }

  return {
    charge: (request) => call(() => charge(request)),
    lookup: (key) =>
      call(() => {
        const found = ledger.charges.get(key)
        return found ? stateOf(found) : { status: 'absent' as const }
      }),
    void: (key) => call(() => voidOf(key)),
    refund: (request) => call(() => refund(request)),
    captures: (after, limit) => call(() => captures(after, limit)),
  }
}
