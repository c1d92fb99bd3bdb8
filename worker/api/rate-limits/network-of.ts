/** What counts as one address. */

const GROUPS = 8
const PREFIX_GROUPS = 4

/**
 * An IPv4 address as it is; of an IPv6 one the first 64 bits, because whoever has one address has the
 * whole network of them. One that is written with a dot is an IPv4 one, also behind `::ffff:`.
 */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address
  const [before = [], after = []] = address.split('::').map(groupsOf)
  const zeros = Array<string>(Math.max(0, GROUPS - before.length - after.length)).fill('0')
  return `${[...before, ...zeros, ...after].slice(0, PREFIX_GROUPS).join(':')}::/64`
}

const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'))
