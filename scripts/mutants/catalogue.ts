/** All mutants, by theme. Short `find` strings live longest: the code moves on. */
import { BARRIER } from './catalogue/barrier.ts'
import { BREAKER } from './catalogue/breaker.ts'
import { LOAD } from './catalogue/load.ts'
import { CALLS } from './catalogue/calls.ts'
import { DOMAINS } from './catalogue/domains.ts'
import { ENGINE } from './catalogue/engine.ts'
import { ORDER } from './catalogue/order.ts'
import { PAYMENTS } from './catalogue/payments.ts'
import { PROCESS } from './catalogue/process.ts'
import { RATE_LIMITS } from './catalogue/rate-limits.ts'
import { REPAIR } from './catalogue/repair.ts'
import { ROLLOUT } from './catalogue/rollout.ts'
import { SAGA_LOG } from './catalogue/saga-log.ts'
import { SHOWN_QUOTE } from './catalogue/shown-quote.ts'
import { TRACES } from './catalogue/traces.ts'
import { WEBHOOKS } from './catalogue/webhooks.ts'
import type { Theme } from './mutant.ts'

export const CATALOGUE: readonly Theme[] = [
  ENGINE,
  PROCESS,
  CALLS,
  BREAKER,
  LOAD,
  ORDER,
  BARRIER,
  DOMAINS,
  PAYMENTS,
  SAGA_LOG,
  WEBHOOKS,
  TRACES,
  REPAIR,
  RATE_LIMITS,
  SHOWN_QUOTE,
  ROLLOUT,
]
