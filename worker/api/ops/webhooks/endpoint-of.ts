/** The endpoint that a route is about. */
import { z } from '@hono/zod-openapi'
import { findEndpoint } from '../../../webhooks/endpoint-store.ts'
import type { Endpoint } from '../../../webhooks/schema.ts'
import { type ApiBindings, ask } from '../../ports.ts'
import { ProblemError } from '../../problem-error.ts'

// Not checked here: an id that cannot be is an endpoint that is not there, not bad input.
export const webhookParams = z.object({ id: z.string() })

export async function endpointOf(env: ApiBindings, id: string): Promise<Endpoint> {
  const endpoint = await ask('saga-log', () => findEndpoint(env.SAGA_LOG_DB, id))
  if (!endpoint) throw new ProblemError('webhook-not-found')
  return endpoint
}

/** To have something sent to it now. */
export async function activeEndpointOf(env: ApiBindings, id: string): Promise<Endpoint> {
  const endpoint = await endpointOf(env, id)
  if (endpoint.status !== 'active') {
    throw new ProblemError('webhook-not-active', { detail: `It is ${endpoint.status}.` })
  }
  return endpoint
}
