/**
 * The steps of the payments: what each asks of the provider once its claim is stored.
 *
 * Z1. A charge whose claim is not ours is looked up by its key before anybody calls again.
 * Z2. `resolve` never calls for a charge. Where none began, the stored claim makes one impossible;
 *     where one did, the provider voids the key or tells what became of it. "Not charged" is only
 *     ever concluded from one of the two.
 * Z3. A call that failed, or took too long, has an unknown outcome.
 */
import type * as z from 'zod'
import { within } from '../../../durable-objects/clock.ts'
import type { StepKind } from '../../../durable-objects/core/definition.ts'
import type { Command, Json, Mode } from '../../../durable-objects/core/messages.ts'
import { logError } from '../../../durable-objects/log.ts'
import type { Group } from '../barrier.ts'
import { commandFields } from '../command-fields.ts'
import { type Result, resultOf } from '../replies.ts'
import type { Runtime } from '../runtime.ts'
import type { ChargeState, PaymentProvider } from './provider.ts'
import { chargeKeyOf, chargeSchema, idempotencyKey, refundSchema } from './rules.ts'
import {
  type ClaimRow,
  chargeClaim,
  closedClaim,
  forgetRefund,
  refundClaim,
  settleCharge,
  settleRefund,
  voidClaim,
} from './store.ts'

export type Tools = {
  db: D1Database
  provider: PaymentProvider
  callMs: number
  runtime: Runtime
}

/** `open`: the provider has been asked, or is being asked, and has not answered. */
export type Conclusion = Result | { outcome: 'open' }

export type PaymentStep = {
  readonly kind: StepKind
  readonly input: z.ZodType<Json>
  readonly modes: readonly Mode[]
  claimFor(mode: Mode): Group
  conclude(claimed: ClaimRow, command: Command, tools: Tools): Promise<Conclusion>
}

const OPEN = { outcome: 'open' } as const

const chargeCard: PaymentStep = {
  kind: 'pivot',
  input: chargeSchema,
  modes: ['execute', 'resolve'],
  claimFor: (mode) => (mode === 'resolve' ? voidClaim : chargeClaim),
  conclude: async (claimed, command, tools) => {
    if (claimed.status !== 'received') return resultOf(claimed, 'action')
    const state = await unlessLost(
      command,
      command.mode === 'resolve' ? resolve(command, tools) : execute(claimed, command, tools),
    )
    if (state === undefined || state.status === 'pending') return OPEN
    return resultOf(await settleCharge(tools.db, command, state), 'action')
  },
}

const keyOf = ({ sagaId, step }: Command): string => idempotencyKey(sagaId, step)

/** Z2. */
const resolve = (command: Command, tools: Tools) =>
  answerInTime(tools, () => tools.provider.void(keyOf(command)))

async function execute(
  { fresh, mayCall }: ClaimRow,
  command: Command,
  tools: Tools,
): Promise<ChargeState | undefined> {
  const key = keyOf(command)
  const { provider } = tools
  if (!fresh) {
    const found = await answerInTime(tools, () => provider.lookup(key))
    if (found === undefined || found.status !== 'absent') return found
    if (!mayCall) return undefined
  }
  const { amount, token } = chargeSchema.parse(command.input)
  const request = { key, orderId: command.orderId, amount, token }
  return answerInTime(tools, (signal) => provider.charge(request, signal))
}

const refundCard: PaymentStep = {
  kind: 'retriable',
  input: refundSchema,
  modes: ['execute'],
  claimFor: () => refundClaim,
  conclude: async (claimed, command, tools) => {
    if (claimed.status !== 'received') return resultOf(claimed, 'action')
    const { db, provider } = tools
    const { amount } = refundSchema.parse(command.input)
    // Asked again under the same key rather than looked up: the provider refunds a key once.
    const request = { key: keyOf(command), chargeKey: chargeKeyOf(command.orderId), amount }
    const state = await unlessLost(
      command,
      answerInTime(tools, (signal) => provider.refund(request, signal)),
    )
    if (state === undefined) return OPEN
    if (state.status === 'refused') {
      await forgetRefund(db, command)
      return { outcome: 'rejected', code: state.code }
    }
    return resultOf(await settleRefund(db, command, state.reference), 'action')
  },
}

export const steps: Record<string, PaymentStep> = {
  'charge-card': chargeCard,
  'refund-card': refundCard,
}

/** The step with claims that store a refusal: for fault injection. Money given back stays so. */
export const refusing = (step: PaymentStep, code: string): PaymentStep =>
  step.kind === 'pivot' ? { ...step, claimFor: () => closedClaim(code, 'declined') } : step

const answerInTime = <Answer>(
  { callMs, runtime }: Tools,
  call: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer | undefined> => within(callMs, call, runtime.after)

/** Z3: whatever a call throws, it may have taken effect. */
async function unlessLost<Answer>(
  command: Command,
  asked: Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await asked
  } catch (error) {
    logError('provider-call-lost', commandFields(command), error)
    return undefined
  }
}
