/** Bugs in what is decided: `durable-objects/core/`. */
import type { Theme } from '../mutant.ts'

export const ENGINE: Theme = {
  title: 'The engine',
  mutants: [
    {
      name: 'only steps that answered are compensated: started ones are forgotten (E1)',
      file: 'durable-objects/core/advance.ts',
      find: "return step.status === 'started' || step.status === 'succeeded'",
      replace: "return step.status === 'succeeded'",
      suites: ['core', 'simulation'],
    },
    {
      name: 'a rejected step is compensated although it did nothing (E1)',
      file: 'durable-objects/core/advance.ts',
      find: "return step.status === 'started' || step.status === 'succeeded'",
      replace: "return ['started', 'succeeded', 'rejected'].includes(step.status)",
      suites: ['core', 'simulation'],
    },
    {
      name: 'compensation runs in the order of the steps, not in its reverse (E2)',
      file: 'durable-objects/core/advance.ts',
      find: 'if (!later.ancestors.has(step.name)',
      replace: 'if (!step.ancestors.has(later.name)',
      suites: ['core'],
    },
    {
      name: 'the pivot does not wait for the holds (D2)',
      file: 'durable-objects/core/definition.ts',
      find: '{ [spec.pivot.name]: spec.pivot }, compensatableNames)',
      replace: '{ [spec.pivot.name]: spec.pivot }, [])',
      suites: ['core', 'simulation'],
    },
    {
      name: 'a saga starts whose step is of no domain (D4)',
      file: 'durable-objects/core/definition.ts',
      find: 'if (domains.includes(domain)) continue',
      replace: 'continue',
      suites: ['core'],
    },
    {
      name: 'the saga completes before its last steps are done',
      file: 'durable-objects/core/advance.ts',
      find: `if ([...draft.saga.steps.values()].every(isThrough)) draft`,
      replace: `if (pivotOf(draft.saga)?.status === 'succeeded') draft`,
      suites: ['core', 'simulation'],
    },
    {
      name: 'the deadline compensates although the pivot is under way (E3)',
      file: 'durable-objects/core/timers.ts',
      find: "if (pivot && pivot.status !== 'waiting') {",
      replace: "if (pivot?.status === 'succeeded') {",
      suites: ['core', 'simulation'],
    },
    {
      name: 'the forward deadline is ignored (E4)',
      file: 'durable-objects/core/timers.ts',
      find: `forwardDeadlineAtMs !== null && draft.context.nowMs >= forwardDeadlineAtMs`,
      replace: `forwardDeadlineAtMs !== null && draft.context.nowMs < draft.saga.startedAtMs`,
      suites: ['core', 'simulation'],
    },
    {
      name: 'past the deadline a late answer sends what comes next, while no alarm comes (E4)',
      file: 'durable-objects/core/advance.ts',
      find: `  endForwardPhaseInTime(draft, definition)
  if (draft`,
      replace: '  if (draft',
      suites: ['core', 'simulation'],
    },
    {
      name: 'past the deadline an operator has the pivot carried out (E4)',
      file: 'durable-objects/core/operator.ts',
      find: 'if (endForwardPhaseInTime(draft, definition)) return',
      replace: '',
      suites: ['core', 'simulation'],
    },
    {
      name: 'a compensation that is stuck holds up what it was built upon (E7)',
      file: 'durable-objects/core/advance.ts',
      find: 'state === undefined || isStuck(state)',
      replace: 'state === undefined',
      suites: ['core'],
    },
    {
      name: 'a step that was left out undoes a decision that has no pivot (E11)',
      file: 'durable-objects/core/saga-state.ts',
      find: '.every(isThrough)',
      replace: ".every(({ status }) => status === 'succeeded')",
      suites: ['core'],
    },
    {
      name: 'at the deadline the pivot is asked to charge, not to resolve (E4)',
      file: 'durable-objects/core/timers.ts',
      find: "mode: 'resolve', timeoutMs",
      replace: "mode: 'execute', timeoutMs",
      suites: ['core', 'simulation'],
    },
    {
      name: 'an unknown pivot is taken for charged when it stays silent (E4)',
      file: 'durable-objects/core/timers.ts',
      find: `return park(draft, step, directionOf(step), 'waiting-for-domain', 'no-answer')`,
      replace: `const silent = { type: 'step-succeeded', step: step.plan.name }
    if (step.plan.kind === 'pivot') return draft.emit(silent)
    return park(draft, step, directionOf(step), 'waiting-for-domain', 'no-answer')`,
      suites: ['core', 'simulation'],
    },
    {
      name: 'an unknown pivot is taken for void when the answer is transient (E4)',
      file: 'durable-objects/core/replies.ts',
      find: `const policy = policyOf(step, draft.saga)`,
      replace: `const policy = policyOf(step, draft.saga)
  if ('mode' in step && step.mode === 'resolve') {
    return draft.emit({ type: 'step-rejected', step: step.plan.name, code })
  }`,
      suites: ['core', 'simulation'],
    },
    {
      name: 'a transient answer to an older attempt counts (E5)',
      file: 'durable-objects/core/replies.ts',
      find: "step.awaiting === 'reply' && step.attempt === attempt",
      replace: "step.awaiting === 'reply'",
      suites: ['core', 'simulation'],
    },
    {
      name: 'a final answer to an older attempt is dropped (E5)',
      file: 'durable-objects/core/replies.ts',
      find: `return isFinal(saga, step, reply) || isCurrent(step, reply.attempt)`,
      replace: `return isCurrent(step, reply.attempt)`,
      suites: ['core', 'simulation'],
    },
    {
      name: 'a rejected retriable step is rejected for good (B6)',
      file: 'durable-objects/core/replies.ts',
      find: `if (isStoredRejection(draft.saga, step, reply)) {`,
      replace: `if (reply.direction === 'action') {`,
      suites: ['core', 'simulation'],
    },
    {
      name: 'a rejected compensation counts as done',
      file: 'durable-objects/core/replies.ts',
      find: "} else park(draft, step, reply.direction, 'needs-operator', code)",
      replace: "} else draft.emit({ type: 'step-compensated', step: name })",
      suites: ['core', 'simulation'],
    },
    {
      name: 'a command without answer is never sent again (M1)',
      file: 'durable-objects/core/timers.ts',
      find: `const isSilent = step.status !== 'parked' && step.awaiting === 'reply'`,
      replace: `const isSilent = step.status !== 'parked' && step.awaiting === 'reply'
  if (isSilent) return`,
      suites: ['core', 'simulation'],
    },
    {
      name: 'a step is tried for ever and never parked (E7)',
      file: 'durable-objects/core/timers.ts',
      find: 'step.attempt > policy.maxRetries',
      replace: 'step.attempt > policy.maxRetries + 1_000',
      suites: ['core', 'simulation'],
    },
    {
      name: 'a parked step is never tried again',
      file: 'durable-objects/core/timers.ts',
      find: "reason === 'waiting-for-domain' ? draft.context.nowMs + restMs : null",
      replace: 'null',
      suites: ['core', 'simulation'],
    },
    {
      name: 'one parked compensation stops the others (E7)',
      file: 'durable-objects/core/advance.ts',
      find: "if (draft.saga.phase === 'compensating') advanceCompensation(draft, definition)",
      replace: `const isStuck = [...draft.saga.steps.values()].some(({ status }) => status === 'parked')
  if (draft.saga.phase === 'compensating' && !isStuck) advanceCompensation(draft, definition)`,
      suites: ['core', 'simulation'],
    },
    {
      name: 'amounts come from the last answer, not from the plan (E8)',
      file: 'durable-objects/core/draft.ts',
      find: 'input: step.plan.input',
      replace: "input: 'output' in step && step.output ? step.output : step.plan.input",
      suites: ['core'],
    },
    {
      name: 'a saga can be cancelled while its card is being charged',
      file: 'durable-objects/core/saga-state.ts',
      find: `return pivot ? pivot.status === 'waiting' : !isDecided(saga)`,
      replace: `return !isDecided(saga)`,
      suites: ['core', 'simulation'],
    },
    {
      name: 'a dead letter of an older attempt counts for the current one (E5)',
      file: 'durable-objects/core/replies.ts',
      find: 'isBusy(step, died.direction) && isCurrent(step, died.attempt)',
      replace: 'isBusy(step, died.direction)',
      suites: ['core', 'simulation'],
    },
    {
      name: 'a late reply is recorded each time that it comes (E6)',
      file: 'durable-objects/core/replies.ts',
      find: ' || recordedReplies.includes(wordsOf(reply))',
      replace: '',
      suites: ['core'],
    },
  ],
}
