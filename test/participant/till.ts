/** Payments in front of a provider whose clock and calls the test holds. */
import { env } from 'cloudflare:workers'
import { laws } from '../../worker/domains/payments/laws.ts'
import { violationsOf } from '../../worker/domains/laws.ts'
import { paymentsIn } from '../../worker/domains/payments/ledger.ts'
import { paymentsParticipant } from '../../worker/domains/payments/participant.ts'
import type { PaymentProvider } from '../../worker/domains/payments/provider.ts'
import { Sandbox } from '../../worker/domains/payments/sandbox.ts'
import { type Runtime, edgeRuntime } from '../../worker/domains/runtime.ts'
import type { OrderId } from '../../durable-objects/core/ids.ts'
import type { Command, Mode, Reply } from '../../durable-objects/core/messages.ts'
import { newCustomer } from './domains.ts'
import { command, ofReturn } from '../support/commands.ts'
import { type QueueHandler } from './queue.ts'

/** Short, so that a test with a slow card is not. */
const CALL_MS = 50

export type Till = {
  queue: QueueHandler
  execute(command: Command): Promise<Reply | null>
  clock: { nowMs: number }
  sandbox: PaymentProvider
}

/** `changed`: what the provider does other than the sandbox. */
export function openTill(
  changed?: (sandbox: PaymentProvider) => Partial<PaymentProvider>,
  DB: D1Database = env.PAYMENTS_DB,
): Till {
  const clock = { nowMs: 1_000_000 }
  const runtime: Runtime = { ...edgeRuntime, nowMs: () => clock.nowMs }
  const sandbox = new Sandbox(env.PROVIDER_DB, runtime)
  const honest: PaymentProvider = {
    charge: (request, signal) => sandbox.charge(request, signal),
    lookup: (key) => sandbox.lookup(key),
    void: (key) => sandbox.void(key),
    refund: (request) => sandbox.refund(request),
    captures: (after, limit) => sandbox.captures(after, limit),
  }
  const provider = { ...honest, ...changed?.(honest) }
  const payments = paymentsParticipant({ runtime, callMs: CALL_MS, providerOf: () => provider })
  const bindings = { DB, PROVIDER_DB: env.PROVIDER_DB, ORDERS: env.ORDER_RECORDERS }
  const queue: QueueHandler = (batch) => payments.queue(batch, bindings)
  const execute = (it: Command) => payments.execute(it, bindings, { waitUntil: () => undefined })
  return { queue, execute, clock, sandbox: honest }
}

const amount = { amount: 4_200, currency: 'USD' }
const customer = newCustomer()

export const charge = (orderId: OrderId, token: string, mode: Mode = 'execute') =>
  command(orderId, 'charge-card', { customer, amount, token }, { mode })

export const refund = (orderId: OrderId) => ofReturn(orderId, 'refund-card', { customer, amount })

/** What the ledger says of one order. */
export async function ledgerOf(orderId: OrderId) {
  const { results } = await env.PROVIDER_DB.prepare(
    'select status from ledger_charge where order_id = ?1',
  )
    .bind(orderId)
    .all()
  const { items } = await paymentsIn(env.PROVIDER_DB, null, 500)
  const { captures = 0, refunded = 0 } = items.find((it) => it.orderId === orderId) ?? {}
  return { rows: results.length, captures, refunded }
}

export async function assertLawful(): Promise<void> {
  const broken = await violationsOf(env.PAYMENTS_DB, 'payments', laws)
  if (broken.length > 0) throw new Error(JSON.stringify(broken))
}
