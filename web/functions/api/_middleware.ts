/**
 * Everything under /api goes to the main Worker as it came, WebSocket upgrades included: one
 * origin, so the session's cookie may be SameSite=Strict and no CORS is needed. A middleware, and no
 * route `[[path]]`, which an address with a doubled slash does not match: the page would answer it.
 */
type Env = { API: { fetch(request: Request): Promise<Response> } }

export const onRequest = ({ request, env }: { request: Request; env: Env }): Promise<Response> =>
  env.API.fetch(request)
