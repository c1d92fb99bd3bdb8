/** The parts of the world that fail on their own, and the scopes of their faults. */
import { ofEachDomain } from '../support/each-domain.ts'
import { DOMAINS, type Domain } from '../../worker/domains/reads.ts'

const PARTS = [...DOMAINS, 'saga-log', 'dead-letters', 'provider', 'sweep'] as const
export type Part = (typeof PARTS)[number]

/** Came later, and leaves the orders their numbers, which are part of a seed's meaning. */
const WEBHOOKS = 60
const NUMBERS = new Map<Part | 'webhooks', number>([
  ...PARTS.map((part, index) => [part, index] as const),
  ['webhooks', WEBHOOKS],
])
export const partNumber = (part: Part | 'webhooks'): number => NUMBERS.get(part) ?? -1

/** The databases, each named like its folder of migrations. */
export const DATABASES = [...DOMAINS, 'saga-log'] as const
export type DatabaseName = Domain | 'saga-log'

export const ofEachDatabase = <Value>(
  make: (name: DatabaseName) => Value,
): Record<DatabaseName, Value> => ({
  ...ofEachDomain(make),
  'saga-log': make('saga-log'),
})

/** Orders come after the parts. */
export const scopeOfOrder = (index: number): number => PARTS.length + index
