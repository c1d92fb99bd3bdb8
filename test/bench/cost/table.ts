/** What orders cost, for people: what one uses, then what a million of them come to. */
import type { Cost, KindCost } from '../result.ts'
import { heading, row } from '../table-row.ts'

export function costTable({ kinds }: Cost): string[] {
  const columns = kinds.map(({ kind }) => kind)
  const rows = (name: string, of: (kind: KindCost) => number, places: number): string =>
    row(
      name,
      kinds.map((kind) => of(kind).toFixed(places)),
    )
  const names = kinds[0]?.bill.items.map(({ what }) => what) ?? []
  return [
    heading('one order uses', columns),
    ...names.map((name) => rows(name, (kind) => item(name)(kind)?.perOrder ?? 0, 2)),
    rows('rows written by the domains, not in the sums', ({ domains }) => domains.rowsWritten, 2),
    heading('a million orders, USD', columns),
    ...names.map((name) => rows(name, (kind) => item(name)(kind)?.perMillionUsd ?? 0, 2)),
    rows('edge-saga, all of these', ({ bill }) => bill.perMillionUsd, 2),
    rows('Workflows, by their price list', ({ workflows }) => workflows.perMillionUsd, 2),
    rows('edge-saga to Workflows', shareOfWorkflows, 3),
  ]
}

const item = (name: string) => (kind: KindCost) => kind.bill.items.find(({ what }) => what === name)

const shareOfWorkflows = ({ bill, workflows }: KindCost): number =>
  bill.perMillionUsd / workflows.perMillionUsd
