/** An address as it is written in the country that it is in. Pure. */
import { formatOf } from '../../../worker/api/address-formats.ts'
import type { ShipTo } from '../../../worker/api/contract.ts'

/** Without the country, which has a line of its own after them. */
export const addressLines = (address: ShipTo): string[] =>
  formatOf(address.country)
    .lines.map((line) =>
      line
        .map((field) => address[field]?.trim() ?? '')
        .filter(Boolean)
        .join(' '),
    )
    .filter(Boolean)

/** Within a sentence, which may be read from the other side. */
export const addressInLine = (address: ShipTo): string =>
  `\u2068${addressLines(address).join(', ')}\u2069`
