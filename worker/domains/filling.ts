/**
 * A database that fills up says so while there is time. One of D1 holds 10 GB, and takes no row beyond them. At the
 * domains nothing of an order is ever deleted, since its rows are what makes a late repeat harmless; the saga log
 * lets old orders go if it is told to (../saga-log/retention.ts).
 */
import { logError } from '../../durable-objects/log.ts'

const BYTES_MAX = 10_000_000_000
const SHARE_TOLD = 0.8

/** `what`: a table of it; `meta`: what came with any of its answers. */
export function tellIfFilling(what: string, meta: Pick<D1Meta, 'size_after'>): void {
  const { size_after: bytes } = meta
  if (bytes > SHARE_TOLD * BYTES_MAX) logError('database-filling', { what, bytes, of: BYTES_MAX })
}
