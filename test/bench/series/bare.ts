/** The limits of the platform: a request that does nothing, and an object with one durable write. */
import type { Answer, Call } from '../http.ts'
import type { Series } from '../series.ts'
import { BARE_PEER } from '../stand-workers.ts'
import type { Stand } from '../stand.ts'

const repeated = async (call: Call, count: number): Promise<Call[]> =>
  Array.from({ length: count }, () => call)

const mustBe =
  (status: number) =>
  (answer: Answer): string | null =>
    answer.status === status ? null : `${answer.status} ${answer.body}`

export const noOpSeries = (stand: Stand): Series => ({
  url: stand.url(BARE_PEER),
  kind: null,
  objectsPerCall: 0,
  calls: (count) => repeated({ method: 'GET', path: '/no-op' }, count),
  objection: mustBe(204),
  atRest: async () => undefined,
})

export const bareObjectSeries = (stand: Stand): Series => ({
  url: stand.url(BARE_PEER),
  kind: null,
  objectsPerCall: 1,
  calls: (count) => repeated({ method: 'POST', path: '/object' }, count),
  objection: mustBe(201),
  atRest: async () => undefined,
})
