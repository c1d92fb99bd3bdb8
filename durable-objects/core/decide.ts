/**
 * The engine: `decide(definition, saga, input, context) → { events, commands }`. Pure: no clock,
 * chance, promise or binding; it knows no shop.
 *
 * E1. A step is compensated if it started, unless its domain rejected it: a rejection proves that
 *     it did nothing. A timeout is an unknown outcome and proves nothing.
 * E2. A step starts when all its ancestors that the order needs have succeeded; it is
 *     compensated when everything that builds on it is compensated, or stuck with that (E7).
 * E3. Nothing is compensated while the pivot's outcome is unknown, nor after it succeeded.
 * E4. At the forward deadline a saga whose pivot was not sent is compensated, and a pivot that
 *     was sent is resolved. Its outcome is never guessed. From then on nothing is carried out that
 *     comes before the point of no return, whatever wakes the saga: its alarm may be lost.
 * E5. A final answer (done, void, a stored rejection) counts whichever attempt it answers, since
 *     the barrier gives every attempt the same. Other answers count for the current attempt only.
 * E6. A reply that no step waits for changes nothing; it is recorded if it says something new, and
 *     so once: a row makes a new version of the order.
 * E7. One step that fails for good does not stop the others: it is parked.
 * E8. Amounts come from the plan in the journal's first event, for actions and compensations.
 * E9. An operator's intervention is journaled ahead of what follows from it, with who and why. One
 *     that is refused leaves no trace, so any of them may be repeated.
 * E10. While the pivot is under way or beyond, a rejection of what came before it contradicts it:
 *     the step is parked for an operator, or compensated all the same if it has come to that. After
 *     a restoration (R2) that can be seen.
 * E11. While the breaker of its domain is open, a command is not sent: its step is held, and looked
 *     at again when the breaker is half-open. That takes no attempt, and starts nothing: at the
 *     forward deadline a step that was only held has nothing to compensate. Compensations and what
 *     follows the pivot are held for as long as it takes. A pivot that is resolved never is: its
 *     outcome must be known. An optional step of which nothing has begun is left out instead.
 */
import { advance } from './advance.ts'
import type { SagaDefinition } from './definition.ts'
import { Draft } from './draft.ts'
import type { Decision, DecisionContext, LaterInput, SagaInput } from './inputs.ts'
import { applyIntervention } from './operator.ts'
import { applyDeadCommand, applyReply } from './replies.ts'
import { type SagaState, hasEnded, isCancellable } from './saga-state.ts'
import { applyTimer } from './timers.ts'
import { unreachable } from './unreachable.ts'

const NOTHING: Decision = { events: [], commands: [] }

export function decide<Order>(
  definition: SagaDefinition<Order>,
  saga: SagaState | null,
  input: SagaInput<Order>,
  context: DecisionContext,
): Decision {
  if (input.type === 'place') {
    return saga === null ? start(definition, input, context) : NOTHING
  }
  return saga === null ? NOTHING : decideAll(definition, saga, [input], context)
}

/** Inputs that came together, one after the other, as one decision. */
export function decideAll<Order>(
  definition: SagaDefinition<Order>,
  saga: SagaState,
  inputs: readonly LaterInput[],
  context: DecisionContext,
): Decision {
  if (saga.unreadable !== null) return NOTHING
  const draft = Draft.of(saga, context)
  for (const input of inputs) {
    apply(draft, definition, input)
    if (!hasEnded(draft.saga)) advance(draft, definition)
  }
  return draft.finish()
}

function apply<Order>(draft: Draft, definition: SagaDefinition<Order>, input: LaterInput): void {
  switch (input.type) {
    case 'reply-received':
      return applyReply(draft, input.reply)
    case 'command-died':
      return applyDeadCommand(draft, input)
    case 'timer':
      return applyTimer(draft, definition)
    case 'cancel':
      if (isCancellable(draft.saga)) draft.emit({ type: 'compensation-started', code: 'cancelled' })
      return
    case 'operator': {
      const { type: _, ...intervention } = input
      return applyIntervention(draft, definition, intervention)
    }
    default:
      return unreachable(input)
  }
}

function start<Order>(
  definition: SagaDefinition<Order>,
  input: Extract<SagaInput<Order>, { type: 'place' }>,
  context: DecisionContext,
): Decision {
  const { nowMs } = context
  const deadlineAtMs = nowMs + definition.deadlineMs
  const steps = definition.steps
    .filter((step) => step.needed(input.order))
    .map((step) => ({
      name: step.name,
      kind: step.kind,
      domain: step.domain,
      input: step.input(input.order),
    }))
  const draft = Draft.starting(
    input.sagaId,
    {
      type: 'saga-started',
      definition: definition.ref,
      steps,
      forwardDeadlineAtMs: deadlineAtMs - definition.compensationMs,
      deadlineAtMs,
      traceparent: input.traceparent,
    },
    context,
  )
  advance(draft, definition)
  return draft.finish()
}
