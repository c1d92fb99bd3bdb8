/** What an order's answers say in their headers, and its version as an entity tag. */
import { z } from '@hono/zod-openapi'
import type { OrderVersion } from '../contract.ts'
import { versionOfTag } from '../order-version.ts'
import { ProblemError } from '../problem-error.ts'

export const orderHeaders = z.object({
  ETag: z.string().openapi({ description: "The order's version", example: '"5"' }),
  'X-Saga-ID': z.string().openapi({ description: "The order's id" }),
})

/**
 * The version in If-Match. A weak tag is taken as well: proxies that compress make tags weak,
 * and a version says the same either way.
 */
export function versionOf(ifMatch: string): OrderVersion {
  const version = versionOfTag(/^(?:W\/)?"(.*)"$/.exec(ifMatch.trim())?.[1] ?? '')
  if (version === null) throw new ProblemError('if-match-invalid')
  return version
}
