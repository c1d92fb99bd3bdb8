/**
 * "Fixed timeout without breaker". Three attempts, as AWS's tools make by default ("Retry behavior",
 * AWS SDKs and Tools, https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html), a
 * fixed pause apart; for compensations the same.
 */
import type { NewPolicy } from '../policy.ts'
import { type Retries, type Rules, TIMEOUT_MS } from './rules.ts'
import { ClassicSaga } from './saga.ts'

const RETRIES: Retries = { retriesMax: 2, pauseMs: () => 100 }

const RULES: Rules = {
  timeoutMs: TIMEOUT_MS,
  actions: RETRIES,
  afterwards: RETRIES,
  refusal: () => null,
  mayAsk: () => true,
  met: () => undefined,
}

export const fixedTimeout: NewPolicy = (world, books) => ({
  place: (order, answered) => {
    new ClassicSaga(world, RULES, books, order).start()
    answered(null)
  },
  takeBusy: () => false,
})
