/** A saga as lines of text: each step, when, how long, how it ended, and how it was undone. */
import { styleText } from 'node:util'
import type { OrderView, StepView } from '../../worker/api/contract.ts'
import { type Compensation, type Journal, compensationsOf, successesOf } from './journal.ts'

const BAR_COLUMNS = 36
const NAME_COLUMNS = 20
const STATUS_COLUMNS = 13

type Format = 'green' | 'red' | 'yellow' | 'dim' | 'cyan'

const FORMATS: Record<StepView['status'], Format> = {
  waiting: 'dim',
  started: 'cyan',
  succeeded: 'green',
  rejected: 'red',
  compensating: 'yellow',
  compensated: 'yellow',
  parked: 'red',
  skipped: 'red',
  'not-run': 'dim',
}

/** Times are in milliseconds since the order was placed; the end is null while it goes on. */
type Line = {
  name: string
  status: string
  format: Format
  fromMs: number | null
  toMs: number | null
  note: string
}

function actionLine(step: StepView, placedAtMs: number): Line {
  const since = (at: string | undefined): number | null =>
    at === undefined ? null : Date.parse(at) - placedAtMs
  const notes = [step.attempt > 1 && `attempt ${step.attempt}`, step.code]
  return {
    name: step.name,
    status: step.status,
    format: FORMATS[step.status],
    fromMs: since(step.startedAt),
    toMs: since(step.endedAt),
    note: notes.filter(Boolean).join('  '),
  }
}

/** Its compensation has a line of its own, so this one tells how the action itself went. */
function undoneActionLine(
  step: StepView,
  placedAtMs: number,
  compensation: Compensation,
  succeededAtMs: number | undefined,
): Line {
  return {
    ...actionLine(step, placedAtMs),
    status: succeededAtMs === undefined ? 'unknown' : 'held',
    format: succeededAtMs === undefined ? 'cyan' : 'green',
    toMs: Math.min(succeededAtMs ?? compensation.fromMs, compensation.fromMs) - placedAtMs,
    note: '',
  }
}

const compensationLine = (it: Compensation, placedAtMs: number): Line => ({
  name: `↩ ${it.step}`,
  status: it.toMs === null ? 'compensating' : 'compensated',
  format: 'yellow',
  fromMs: it.fromMs - placedAtMs,
  toMs: it.toMs === null ? null : it.toMs - placedAtMs,
  note: it.attempts > 1 ? `attempt ${it.attempts}` : '',
})

/** A bar from where it began to where it ended, on the scale of the whole saga. */
function bar(fromMs: number, toMs: number, wholeMs: number): string {
  const scale = BAR_COLUMNS / Math.max(wholeMs, 1)
  const from = Math.min(Math.floor(Math.max(fromMs, 0) * scale), BAR_COLUMNS - 1)
  const width = Math.max(1, Math.round((toMs - fromMs) * scale))
  return `${' '.repeat(from)}${'━'.repeat(Math.min(width, BAR_COLUMNS - from))}`.padEnd(BAR_COLUMNS)
}

function draw({ name, status, format, fromMs, toMs, note }: Line, wholeMs: number): string {
  const head = `    ${name.padEnd(NAME_COLUMNS)} ${styleText(format, status.padEnd(STATUS_COLUMNS))}`
  if (fromMs === null) return head.trimEnd()
  const end = toMs === null ? '…'.padStart(9) : `${String(toMs).padStart(6)} ms`
  const picture = styleText(format, bar(fromMs, toMs ?? wholeMs, wholeMs))
  return `${head} ${picture} ${String(fromMs).padStart(6)} →${end}  ${note}`.trimEnd()
}

export function timeline(order: OrderView, journal: Journal): string {
  const placedAtMs = Date.parse(order.placedAt)
  const compensations = compensationsOf(journal)
  const successes = successesOf(journal)
  const actions = order.steps.map((step) => {
    const undone = compensations.find((it) => it.step === step.name)
    return undone === undefined
      ? actionLine(step, placedAtMs)
      : undoneActionLine(step, placedAtMs, undone, successes.get(step.name))
  })
  const lines = [...actions, ...compensations.map((it) => compensationLine(it, placedAtMs))]
  const wholeMs = Math.max(0, ...lines.map(({ fromMs, toMs }) => toMs ?? fromMs ?? 0))
  return lines.map((line) => draw(line, wholeMs)).join('\n')
}
