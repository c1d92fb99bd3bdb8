import type { Context } from 'hono'

const BEARER = /^bearer +(\S+)$/i

/** The token of `Authorization: Bearer …`. */
export const bearerTokenOf = (c: Context): string | undefined =>
  BEARER.exec(c.req.header('Authorization') ?? '')?.[1]
