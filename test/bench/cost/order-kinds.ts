/** The orders whose cost is counted. A cancelled one is called off while its holds are under way. */
export const ORDER_KINDS = ['good', 'declined', 'cancelled'] as const
export type OrderKind = (typeof ORDER_KINDS)[number]
