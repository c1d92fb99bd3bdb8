/**
 * What the journal holds: transitions, each with the events of one decision.
 *
 * J1. A transition is one row, written in one go: its events are there together or not at all.
 * J2. `seq` counts an order's transitions over all its sagas, from 1, without gaps. It is the
 *     order's version.
 * J3. Events are never changed. A reader that meets a type it does not know stops deciding.
 */
import * as z from 'zod'
import type { StepKind } from './definition.ts'
import type { SagaId } from './ids.ts'
import {
  type DefinitionRef,
  type Direction,
  type Json,
  type Mode,
  type Outcome,
  isJson,
  sagaIdSchema,
} from './messages.ts'

/** A step that the order needs, with what its command carries: the source of all amounts. */
export type PlannedStep = { name: string; kind: StepKind; domain: string; input: Json }

/** Who repairs, and why. */
export type Operator = { by: string; reason: string }

/** What an operator may do to a saga (`operator.ts`). */
export type Intervention =
  | { action: 'retry' | 'skip'; step: string }
  | { action: 'compensate' | 'resume' }

export type ParkReason = 'waiting-for-domain' | 'needs-operator'

export type SagaEvent =
  | {
      type: 'saga-started'
      definition: DefinitionRef
      steps: PlannedStep[]
      forwardDeadlineAtMs: number
      deadlineAtMs: number
      traceparent: string
    }
  | {
      /** The journal says that it was sent before it is: the timer sends it again. */
      type: 'command-sent'
      step: string
      direction: Direction
      mode: Mode
      attempt: number
      dueAtMs: number
    }
  | {
      /** Not sent, because its domain's breaker is open: it is looked at again at `dueAtMs`. */
      type: 'step-held'
      step: string
      direction: Direction
      mode: Mode
      dueAtMs: number
    }
  /** Done without: it is optional, and its domain's breaker is open. */
  | { type: 'step-left-out'; step: string }
  | { type: 'step-succeeded'; step: string; output?: Json }
  | { type: 'step-rejected'; step: string; code: string }
  | { type: 'retry-scheduled'; step: string; direction: Direction; code: string; dueAtMs: number }
  | {
      type: 'step-parked'
      step: string
      direction: Direction
      reason: ParkReason
      code: string
      /** When it is tried again by itself; null waits for an operator. */
      dueAtMs: number | null
    }
  | { type: 'compensation-started'; code: string; step?: string }
  | { type: 'step-compensated'; step: string }
  | {
      type: 'reply-recorded'
      step: string
      direction: Direction
      attempt: number
      outcome: Outcome
      code?: string
    }
  /** Ahead of what follows from it, in the same transition. */
  | ({ type: 'operator-intervened' } & Operator & Intervention)
  | { type: 'step-skipped'; step: string; direction: Direction }
  /** The object was rebuilt from a copy of its journal, which may lack the last transitions. */
  | ({ type: 'restored'; /** Of the journal from here on. */ epoch: number } & Operator)
  | { type: 'saga-completed' }
  | { type: 'saga-compensated'; /** Past the saga's deadline by this much. */ lateMs: number }

/** `Event` is wider in the shell, where an order has events of its own. */
export type Transition<Event extends { type: string } = { type: string }> = {
  seq: number
  sagaId: SagaId
  atMs: number
  events: Event[]
}

/** A transition as a reader meets it: of its events it relies on the type alone (J3). */
export const transitionSchema = z.object({
  seq: z.int().min(1),
  sagaId: sagaIdSchema,
  atMs: z.int(),
  events: z.array(
    z.custom<Json & { type: string }>(
      (it) =>
        isJson(it) &&
        it !== null &&
        typeof it === 'object' &&
        'type' in it &&
        typeof it.type === 'string',
    ),
  ),
})
