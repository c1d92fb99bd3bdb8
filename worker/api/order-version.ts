/** An order's version as text: in entity tags, and as the id of a server-sent event. Pure. */
import type { OrderVersion } from './contract.ts'

/** The first epoch is not named. */
const VERSION = /^(?:(\d{1,9})\.)?(\d{1,15})$/

/** `<version>`, and `<epoch>.<version>` once the order was restored: the same version may come again. */
export const versionTag = ({ epoch, version }: OrderVersion): string =>
  epoch === 1 ? `${version}` : `${epoch}.${version}`

export const etagOf = (order: OrderVersion): string => `"${versionTag(order)}"`

/** Null for what is no version's tag. */
export function versionOfTag(tag: string): OrderVersion | null {
  const [, epoch = '1', version] = VERSION.exec(tag) ?? []
  return version === undefined ? null : { epoch: Number(epoch), version: Number(version) }
}
