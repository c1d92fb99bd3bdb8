/** What an operator can ask and do. */
import {
  type AuditReport,
  type SagaDetail,
  sagaDetailSchema,
  sagaListSchema,
} from '../../worker/api/ops/contract.ts'
import { DOMAINS, type Domain, type Faults, NO_FAULTS } from '../../worker/domains/reads.ts'
import { auditInParts } from './audit.ts'
import { UnexpectedAnswer, request } from './http.ts'

const PAGES_MAX = 1_000

export type Operator = {
  audit: () => Promise<AuditReport>
  saga: (id: string) => Promise<SagaDetail>
  sweep: () => Promise<void>
  /** So many of 100 customers order on version 2, the others on version 1. */
  splitVersions: (percent: number) => Promise<void>
  /** How many orders began on each version, by D1's copy of the log. */
  versionsBegun: () => Promise<Map<number, number>>
  setFaults: (domain: Domain, faults: Faults) => Promise<void>
  clearFaults: () => Promise<void>
}

export function operatorOf(url: string, token: string): Operator {
  const ask = async (path: string, method = 'GET', json?: unknown): Promise<unknown> => {
    const answer = await request(`${url}${path}`, { method, token, json })
    if (answer.status >= 300) throw new UnexpectedAnswer(`${method} ${path}`, answer)
    return answer.body
  }
  const setFaults = async (domain: Domain, faults: Faults): Promise<void> => {
    await ask(`/api/dev/faults/${domain}`, 'PUT', faults)
  }
  return {
    audit: () => auditInParts(ask),
    saga: async (id) => sagaDetailSchema.parse(await ask(`/api/ops/sagas/${id}`)),
    sweep: async () => void (await ask('/api/ops/sweep', 'POST')),
    splitVersions: async (percent) => {
      const who = { by: 'a script', reason: 'two versions side by side' }
      await ask('/api/ops/rollout', 'PUT', { stable: 1, candidate: 2, percent, ...who })
    },
    versionsBegun: async () => {
      const begun = new Map<number, number>()
      let after = ''
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const { sagas, next } = sagaListSchema.parse(
          await ask(`/api/ops/sagas?limit=200${after && `&after=${after}`}`),
        )
        for (const { definition, version } of sagas) {
          if (definition === 'order-create') begun.set(version, (begun.get(version) ?? 0) + 1)
        }
        if (next === null) return begun
        after = next
      }
      throw new Error(`more than ${PAGES_MAX} pages of sagas`)
    },
    setFaults,
    clearFaults: async () => {
      await Promise.all(DOMAINS.map((domain) => setFaults(domain, NO_FAULTS)))
    },
  }
}
