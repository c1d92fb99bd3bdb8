/**
 * Where events may be sent: to a name of the public network, by TLS. Pure.
 *
 * A name is not looked up: that it leads to a private address is no matter where a Worker runs, since
 * Cloudflare's network has no way there.
 */
export const URL_LENGTH_MAX = 2_048

const IPV4 = /^\d+\.\d+\.\d+\.\d+$/
/** Names that no public resolver answers for. */
const PRIVATE_NAME = /(^|\.)(localhost|local|internal|home\.arpa)$/

/** Why nothing is sent there, or null. */
export function addressFault(text: string, isProduction: boolean): string | null {
  const url = URL.parse(text)
  if (!url) return 'Must be a URL, such as https://erp.example.com/hooks'
  if (text.length > URL_LENGTH_MAX) return `May have ${URL_LENGTH_MAX} characters`
  if (url.username !== '' || url.password !== '') return 'Must not hold a name or a password'
  // Not `hash`, which is as empty behind a `#` that nothing follows: one address would be two endpoints.
  if (url.href.includes('#')) return 'Must not have a fragment'
  if (!isProduction && url.protocol === 'http:' && url.hostname === 'localhost') return null
  if (url.protocol !== 'https:') return 'Must begin with https://'
  return hostFault(url.hostname.replace(/\.$/, ''))
}

/** `URL` has made dotted numbers of every way to write an address of IPv4. */
function hostFault(host: string): string | null {
  if (host.startsWith('[') || IPV4.test(host)) return 'Must name a host, not an IP address'
  const isName = host.includes('.') && !host.split('.').includes('')
  return isName && !PRIVATE_NAME.test(host) ? null : 'Must name a public host'
}
