/**
 * Whether what somebody has seen is what there is (RFC 9110, 13.1.1). Who names nothing takes it as it is. A weak
 * tag counts as well: proxies that compress make tags weak.
 */
export function isAsSeen(ifMatch: string | undefined, etag: string): boolean {
  if (ifMatch === undefined) return true
  const seen = ifMatch.trim()
  return seen === '*' || seen.replace(/^W\//, '') === etag
}
