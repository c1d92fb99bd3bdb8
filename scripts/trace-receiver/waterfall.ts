/** A trace as lines of text: each span under its parent, when and for how long, and how it ended. */
import { styleText } from 'node:util'
import type { OtlpSpan } from './otlp.ts'

const BAR_COLUMNS = 32
const NAME_COLUMNS = 40
const DURATION_COLUMNS = 9
const NANOS_PER_MS = 1_000_000
const ERROR = 2

type Placed = { span: OtlpSpan; indent: string }
type Scale = { fromNs: bigint; lengthNs: bigint }

export function waterfall(spans: readonly OtlpSpan[]): string[] {
  const fromNs = spans.reduce((min, it) => lesser(min, it.startTimeUnixNano), MAX_NS)
  const toNs = spans.reduce((max, it) => greater(max, it.endTimeUnixNano), 0n)
  const scale = { fromNs, lengthNs: toNs > fromNs ? toNs - fromNs : 1n }
  return treeOf(spans).map((placed) => lineOf(placed, scale))
}

const MAX_NS = 2n ** 64n
const lesser = (a: bigint, b: bigint): bigint => (a < b ? a : b)
const greater = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/** A span whose parent has not come, or is somebody else's, stands at the left. */
function treeOf(spans: readonly OtlpSpan[]): Placed[] {
  const ids = new Set(spans.map(({ spanId }) => spanId))
  const children = Map.groupBy(spans.toSorted(byTime), ({ spanId, parentSpanId }) =>
    ids.has(parentSpanId) && parentSpanId !== spanId ? parentSpanId : '',
  )
  const placed = new Set<string>()
  const below = (parentId: string, depth: number): Placed[] =>
    (children.get(parentId) ?? []).flatMap((span) => {
      if (placed.has(span.spanId)) return []
      placed.add(span.spanId)
      return [{ span, indent: '  '.repeat(depth) }, ...below(span.spanId, depth + 1)]
    })
  return below('', 0)
}

function byTime(a: OtlpSpan, b: OtlpSpan): number {
  const starts = a.startTimeUnixNano - b.startTimeUnixNano
  return Number(starts === 0n ? a.endTimeUnixNano - b.endTimeUnixNano : starts)
}

function lineOf({ span, indent }: Placed, scale: Scale): string {
  const hasFailed = span.status.code === ERROR
  const name = `${indent}${span.name}`.padEnd(NAME_COLUMNS)
  const duration = durationOf(span).padStart(DURATION_COLUMNS)
  const bar = styleText(hasFailed ? 'red' : 'green', barOf(span, scale))
  return `  ${name} ${styleText('dim', '▕')}${bar}${styleText('dim', '▏')}${duration}  ${noteOf(span)}`
}

function barOf({ startTimeUnixNano, endTimeUnixNano }: OtlpSpan, { fromNs, lengthNs }: Scale) {
  const columnOf = (atNs: bigint): number =>
    Math.round((Number(atNs - fromNs) / Number(lengthNs)) * BAR_COLUMNS)
  const from = Math.min(columnOf(startTimeUnixNano), BAR_COLUMNS - 1)
  const columns = Math.max(1, columnOf(endTimeUnixNano) - from)
  return `${' '.repeat(from)}${'━'.repeat(columns)}`.padEnd(BAR_COLUMNS)
}

const durationOf = ({ startTimeUnixNano, endTimeUnixNano }: OtlpSpan): string =>
  `${Math.round(Number(endTimeUnixNano - startTimeUnixNano) / NANOS_PER_MS)} ms`

function noteOf({ attributes, status }: OtlpSpan): string {
  const attempts = Number(attributes['saga.step.attempts'] ?? 1)
  const notes = [
    attributes['saga.step.status'] ?? attributes['saga.status'] ?? '',
    attempts > 1 ? `${attempts} attempts` : '',
    status.code === ERROR ? `✘ ${status.message}` : '',
  ]
  return notes.filter((note) => note !== '').join('  ')
}
