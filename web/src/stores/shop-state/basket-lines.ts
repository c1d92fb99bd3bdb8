import type { BasketLine } from './model.ts'

export const LINE_QUANTITY_MAX = 99

/** Adds to each line what `changes` says for its SKU; lines that reach zero go. Order is kept. */
export function adjustLines(lines: BasketLine[], changes: BasketLine[]): BasketLine[] {
  const quantities = new Map(lines.map(({ sku, quantity }) => [sku, quantity]))
  for (const { sku, quantity } of changes) {
    const sum = (quantities.get(sku) ?? 0) + quantity
    quantities.set(sku, Math.min(LINE_QUANTITY_MAX, Math.max(0, sum)))
  }
  return Array.from(quantities, ([sku, quantity]) => ({ sku, quantity })).filter(
    (line) => line.quantity > 0,
  )
}

/** Puts a line that was removed back where it was; one that has come again meanwhile only grows. */
export const withLineBack = (lines: BasketLine[], line: BasketLine, place: number): BasketLine[] =>
  lines.some(({ sku }) => sku === line.sku)
    ? adjustLines(lines, [line])
    : lines.toSpliced(place, 0, line)
