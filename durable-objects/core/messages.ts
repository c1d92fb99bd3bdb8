/**
 * What travels between an order's object and the domains: a command out, a reply back; and what
 * a domain is told that asks about a lease.
 *
 * M1. A command's identity is (sagaId, step, direction). The attempt is no part of it, so the
 *     domain's barrier absorbs a repeat.
 * M2. Commands carry budgets, never instants: no domain compares its clock with the object's.
 * M3. A version that the reader does not know is transient: the message waits for newer code.
 */
import * as z from 'zod'
import { type OrderId, type SagaId, isOrderId, isSagaId } from './ids.ts'

export const MESSAGE_VERSION = 1
const BUDGET_MS_MAX = 86_400_000

/** Deeper than anything that is sent here; without a bound, one message could exhaust the stack. */
const JSON_DEPTH_MAX = 16

export type Json = z.infer<ReturnType<typeof z.json>>

/** Looks, and copies nothing: inputs, outputs and events are read with every message. */
export const jsonSchema = z.custom<Json>((value) => isJson(value))

export function isJson(value: unknown, depth = JSON_DEPTH_MAX): value is Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value)
    case 'object':
      if (value === null) return true
      if (depth === 0 || !isPlain(value)) return false
      for (const it of Object.values(value)) {
        if (!isJson(it, depth - 1)) return false
      }
      return true
    default:
      return false
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}

export const orderIdSchema = z.custom<OrderId>((it) => typeof it === 'string' && isOrderId(it))
export const sagaIdSchema = z.custom<SagaId>((it) => typeof it === 'string' && isSagaId(it))

/** Which saga definition, and which version of it, a message belongs to. */
export const definitionRefSchema = z.object({
  name: z.string().min(1).max(64),
  version: z.int().min(1),
})
export type DefinitionRef = z.infer<typeof definitionRefSchema>

export const directionSchema = z.enum(['action', 'compensation'])
export type Direction = z.infer<typeof directionSchema>

/**
 * `execute` asks for the effect. `resolve` asks what became of it, and makes it impossible
 * where it has not begun.
 */
const modeSchema = z.enum(['execute', 'resolve'])
export type Mode = z.infer<typeof modeSchema>

export const commandSchema = z.object({
  v: z.literal(MESSAGE_VERSION),
  orderId: orderIdSchema,
  sagaId: sagaIdSchema,
  definition: definitionRefSchema,
  step: z.string().min(1).max(64),
  direction: directionSchema,
  mode: modeSchema,
  /** Which sending of this command it is, from 1. Not part of its identity (M1). */
  attempt: z.int().min(1),
  /** How long the saga will wait for the answer to this attempt, in milliseconds. */
  budgetMs: z.int().min(0).max(BUDGET_MS_MAX),
  /** How long a hold made by this command is of use to the saga, in milliseconds. */
  holdMs: z.int().min(0).max(BUDGET_MS_MAX),
  /** W3C trace context: `00-<trace id>-<span id>-<flags>`. */
  traceparent: z.string().max(64),
  /** What the step acts on. A compensation carries what its action carried. */
  input: jsonSchema,
})
export type Command = z.infer<typeof commandSchema>

/**
 * - `done`: the effect is there, or the compensation has taken it away.
 * - `rejected`: a business no; nothing was done.
 * - `transient`: nothing is known to be done; asking again may help.
 * - `void`: the answer to `resolve`: nothing was done and nothing ever will be.
 */
export const outcomeSchema = z.enum(['done', 'rejected', 'transient', 'void'])
export type Outcome = z.infer<typeof outcomeSchema>

export const replySchema = z.object({
  v: z.literal(MESSAGE_VERSION),
  orderId: orderIdSchema,
  sagaId: sagaIdSchema,
  step: z.string().min(1).max(64),
  direction: directionSchema,
  attempt: z.int().min(1),
  outcome: outcomeSchema,
  /** Why, for `rejected` and `transient`: permanent, kebab-case. */
  code: z.string().min(1).max(64).optional(),
  output: jsonSchema.optional(),
})
export type Reply = z.infer<typeof replySchema>

/** A domain, as far as it takes commands by call. */
export interface CommandCalls {
  /** Through the same barrier as by queue. null: there is no reply, and nothing is known. */
  execute(command: Command): Promise<Reply | null>
}

/** What a domain is told about a hold that it has had for longer than it was asked to. */
export type LeaseAnswer =
  | { kind: 'keep' }
  /**
   * Its saga is through with it. `command`: the compensation that takes it away, as JSON, because
   * the types of RPC do not follow a recursive type in an answer.
   */
  | { kind: 'release'; command: string }
  /** Its saga is compensated, and of this pivot, which has no compensation, nothing may be left. */
  | { kind: 'void' }
