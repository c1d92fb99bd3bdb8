/** What the demo prints: each saga, the table of kinds and outcomes, the audit. */
import { styleText } from 'node:util'
import type { AuditReport } from '../../worker/api/ops/contract.ts'
import type { Operator } from '../client/operator.ts'
import { outcomeName } from './outcome.ts'
import type { Run } from './run.ts'
import type { Scenario } from './scenarios.ts'
import { timeline } from './timeline.ts'

const VIOLATIONS_SHOWN_MAX = 20
const ok = (text: string): string => styleText('green', text)
const bad = (text: string): string => styleText('red', text)

/** Returns how many orders began on each version of the saga. */
export async function printTimelines(
  runs: Run[],
  operator: Operator,
): Promise<Map<number, number>> {
  const seen = new Set<string>()
  const begun = new Map<number, number>()
  for (const { scenario, outcome, cancelAnswer } of runs) {
    const name = styleText('bold', scenario.name)
    if (outcome.kind === 'refused') {
      console.log(`\n  ${name} · ${outcomeName(outcome)} (no saga was begun)`)
      continue
    }
    const { order } = outcome
    const cancel = cancelAnswer === undefined ? '' : `, cancel: ${cancelAnswer}`
    const { transitions, sagas } = await operator.saga(order.id)
    const version = sagas[0]?.version ?? 0
    const which = styleText('dim', `${order.id}, version ${version}`)
    console.log(`\n  ${name} · ${outcomeName(outcome)}${cancel}  ${which}`)
    // A repeated order is one saga: it is drawn once.
    if (seen.has(order.id)) continue
    seen.add(order.id)
    begun.set(version, (begun.get(version) ?? 0) + 1)
    console.log(timeline(order, transitions))
  }
  return begun
}

const tally = (names: string[]): string =>
  [...new Set(names)]
    .toSorted()
    .map((name) => `${names.filter((it) => it === name).length} ${name}`)
    .join(', ')

/** Returns whether every kind ended as it must. */
export function printTable(scenarios: Scenario[], runs: Run[]): boolean {
  const width = Math.max(...scenarios.map(({ name }) => name.length)) + 2
  console.log(`\n  ${styleText('bold', `${'kind'.padEnd(width)} orders  outcomes`)}`)
  const faults = scenarios.map((scenario) => {
    const outcomes = runs.flatMap((run) => (run.scenario === scenario ? [run.outcome] : []))
    const fault = scenario.judge(outcomes)
    const mark = fault === null ? ok('✔') : bad('✘')
    const count = String(outcomes.length).padStart(6)
    console.log(
      `${mark} ${scenario.name.padEnd(width)} ${count}  ${tally(outcomes.map(outcomeName))}`,
    )
    if (fault !== null) console.log(bad(`    ${fault}`))
    return fault
  })
  return faults.every((fault) => fault === null)
}

export function printAudit(audit: AuditReport): void {
  const { orders, unsettled, openHolds, payments } = audit.counts
  const verdict = audit.ok ? ok('✔ audit: everything adds up') : bad('✘ audit: it does not add up')
  console.log(
    `\n${verdict}  ${styleText('dim', `${orders} orders, ${payments} payments, ${openHolds} open holds, ${unsettled} unsettled`)}`,
  )
  for (const { domain, law, subject, detail } of audit.violations.slice(0, VIOLATIONS_SHOWN_MAX)) {
    console.log(bad(`    ${domain}: ${law} (${subject}) ${detail}`))
  }
}
