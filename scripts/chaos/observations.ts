/** What a run was asked to do, and what was seen in it. */
import type { AuditReport } from '../../worker/api/ops/contract.ts'
import type { Purchase } from './purchase.ts'
import type { Kill } from './server.ts'
import type { PastSpell } from './weather.ts'

export type ChaosOptions = {
  orders: number
  kills: number
  seed: number
  /** How long one kind of weather lasts at most. */
  spellMsMax: number
}

export type Observations = {
  options: ChaosOptions
  purchases: Purchase[]
  kills: Kill[]
  spells: PastSpell[]
  /** Requests that were sent again, by what had come instead of an answer. */
  repeats: Map<string, number>
  /** After everything else, the repeats of all orders included. */
  audit: AuditReport
  /** How many orders began on each version of the saga. */
  versions: Map<number, number>
  beganAtMs: number
  /** When the last fault was cleared and the last kill was over. */
  calmFromMs: number
  /** When an audit had found nothing moving and D1's copy of the log complete. */
  atRestAtMs: number
}
