/**
 * The embedded sandbox: a provider that keeps its ledger in a database of its own.
 *
 * X1. `tok_visa` is captured, `tok_declined` and unknown cards are declined.
 * X2. `tok_slow` is captured, but the ledger says so only 5 s after the call began.
 * X3. `tok_lost` is captured, and the answer to the call that did it is lost.
 */
import { and, eq, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import * as z from 'zod'
import { unreachable } from '../../../durable-objects/core/unreachable.ts'
import type { Runtime } from '../runtime.ts'
import type {
  CapturesPage,
  ChargeRequest,
  ChargeState,
  PaymentProvider,
  RefundRequest,
  RefundState,
} from './provider.ts'
import { ledgerCharge, ledgerRefund } from './sandbox-schema.ts'

const SLOW_MS = 5_000
const CAPTURED_TOKENS: readonly string[] = ['tok_visa', 'tok_slow', 'tok_lost']

const listedSchema = z.array(
  z.object({
    place: z.int(),
    key: z.string(),
    amount: z.int(),
    currency: z.string(),
    refunded: z.int(),
    capturedAtMs: z.int(),
  }),
)

type LedgerCharge = typeof ledgerCharge.$inferSelect

export class Sandbox implements PaymentProvider {
  readonly #ledger: DrizzleD1Database
  readonly #runtime: Runtime

  constructor(db: D1Database, runtime: Runtime) {
    this.#ledger = drizzle(db)
    this.#runtime = runtime
  }

  async charge(request: ChargeRequest, signal: AbortSignal): Promise<ChargeState> {
    const { key, orderId, amount, token } = request
    const row: LedgerCharge = {
      key,
      orderId,
      amount: amount.amount,
      currency: amount.currency,
      status: CAPTURED_TOKENS.includes(token) ? 'captured' : 'declined',
      reference: this.#newReference(),
      visibleAtMs: this.#runtime.nowMs() + (token === 'tok_slow' ? SLOW_MS : 0),
    }
    const isFirst = await this.#write(row)
    if (isFirst && token === 'tok_lost') throw new Error('the answer was lost')
    const state = isFirst ? this.#stateOf(row) : await this.#read(key)
    if (state.status !== 'pending') return state
    await aborted(signal)
    return state
  }

  async lookup(key: string): Promise<ChargeState | { status: 'absent' }> {
    const row = await this.#find(key)
    return row ? this.#stateOf(row) : { status: 'absent' }
  }

  async void(key: string): Promise<ChargeState> {
    await this.#write({
      key,
      orderId: null,
      amount: 0,
      currency: '',
      status: 'voided',
      reference: this.#newReference(),
      visibleAtMs: this.#runtime.nowMs(),
    })
    return this.#read(key)
  }

  async refund({ key, chargeKey, amount }: RefundRequest): Promise<RefundState> {
    const reference = this.#newReference()
    // One statement, so that no two refunds share what is left of a charge. Whoever asks was told of the
    // capture, if only by a Worker whose clock was ahead: here it counts at once.
    await this.#ledger.run(sql`
      insert into ledger_refund (key, charge_key, amount, reference)
      select ${key}, c.key, ${amount.amount}, ${reference} from ledger_charge c
      where c.key = ${chargeKey} and c.status = 'captured' and c.currency = ${amount.currency}
        and c.amount >= ${amount.amount} + coalesce((
          select sum(r.amount) from ledger_refund r where r.charge_key = c.key), 0)
      on conflict do nothing`)
    const row = await this.#ledger
      .select()
      .from(ledgerRefund)
      .where(and(eq(ledgerRefund.key, key), eq(ledgerRefund.chargeKey, chargeKey)))
      .get()
    return row
      ? { status: 'refunded', reference: row.reference }
      : { status: 'refused', code: 'nothing-to-refund' }
  }

  /** In the order in which the ledger's rows were made. */
  async captures(after: string | null, limit: number): Promise<CapturesPage> {
    const before = after === null ? Number.MAX_SAFE_INTEGER : Number(after)
    const rows = listedSchema.parse(
      await this.#ledger.all(sql`
        select c.rowid as place, c.key, c.amount, c.currency, c.visible_at_ms as capturedAtMs,
          coalesce((
            select sum(r.amount) from ledger_refund r where r.charge_key = c.key), 0) as refunded
        from ledger_charge c
        where c.rowid < ${before} and c.status = 'captured'
          and c.visible_at_ms <= ${this.#runtime.nowMs()}
        order by c.rowid desc limit ${limit}`),
    )
    const items = rows.map(({ key, amount, currency, refunded, capturedAtMs }) => ({
      key,
      amount: { amount, currency },
      refunded,
      capturedAtMs,
    }))
    return { items, next: rows.length < limit ? null : String(rows.at(-1)?.place) }
  }

  #newReference(): string {
    return `sandbox_${this.#runtime.newNonce()}`
  }

  /** Whether this call made the ledger's row: the primary key lets one do so (V1). */
  async #write(row: LedgerCharge): Promise<boolean> {
    const made = await this.#ledger
      .insert(ledgerCharge)
      .values(row)
      .onConflictDoNothing()
      .returning({ key: ledgerCharge.key })
    return made.length > 0
  }

  #find(key: string): Promise<LedgerCharge | undefined> {
    return this.#ledger.select().from(ledgerCharge).where(eq(ledgerCharge.key, key)).get()
  }

  async #read(key: string): Promise<ChargeState> {
    const row = await this.#find(key)
    if (row === undefined) throw new Error(`the ledger lost ${key}`)
    return this.#stateOf(row)
  }

  #stateOf({ status, reference, visibleAtMs }: LedgerCharge): ChargeState {
    if (visibleAtMs > this.#runtime.nowMs()) return { status: 'pending' }
    switch (status) {
      case 'captured':
        return { status, reference }
      case 'declined':
        return { status, code: 'card-declined' }
      case 'voided':
        return { status }
      default:
        return unreachable(status)
    }
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
