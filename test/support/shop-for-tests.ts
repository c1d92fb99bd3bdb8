/** Global setup of test projects: one shop on an empty state and a free port, for all files. */
import type { TestProject } from 'vitest/node'
import { request } from '../../scripts/client/http.ts'
import { serverLogTail } from '../../scripts/local/start-local.ts'
import { startTemporaryShop } from '../../scripts/local/temporary-shop.ts'

export type ShopForTests = { url: string; operatorToken: string; stateDir: string }

declare module 'vitest' {
  interface ProvidedContext {
    shop: ShopForTests
  }
}

// What a deadline does is tested elsewhere, with a clock of its own. Here a busy machine must not
// turn good orders into late ones.
export const PATIENT = { EDGE_SAGA_DEADLINE_MS: '15000' }

/** Slow cards count as failures, and here they are many: what that leads to is tested elsewhere. */
const PATIENT_BREAKER = { failureThreshold: 1_000 }

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shop = await startTemporaryShop('test', PATIENT)
  const { url, operatorToken, stateDir } = shop
  const changed = await request(`${url}/api/ops/breakers/payments`, {
    method: 'PUT',
    token: operatorToken,
    json: { settings: PATIENT_BREAKER, by: 'the tests', reason: 'many slow cards' },
  })
  if (changed.status !== 200) throw new Error(`${changed.status}: ${JSON.stringify(changed.body)}`)
  project.provide('shop', { url, operatorToken, stateDir })
  return async () => {
    const failed = project.vitest.state.getCountOfFailedTests()
    if (failed > 0) console.log(`\nWhat the server said last:\n${serverLogTail(stateDir)}`)
    await shop.stop()
  }
}
