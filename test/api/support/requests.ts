/** Requests to the app, with no server in between. */
import type { CustomerId } from '../../../durable-objects/core/ids.ts'
import { app } from '../../../worker/api/app.ts'
import { type Problem, problemSchema } from '../../../worker/api/contract.ts'
import type { Session } from '../../../worker/api/session-contract.ts'
import type { ApiBindings } from '../../../worker/api/ports.ts'
import { issueToken } from '../../../worker/api/session/session-token.ts'
import { customerOfNumber } from './doubles.ts'

type Sent = { headers?: Record<string, string>; json?: unknown; text?: string }

/** As somebody who has no session. */
export async function request(
  env: ApiBindings,
  route: string,
  { headers = {}, json, text }: Sent = {},
): Promise<Response> {
  const [method = '', path = ''] = route.split(' ')
  const body = json === undefined ? text : JSON.stringify(json)
  const type = body === undefined ? {} : { 'Content-Type': 'application/json' }
  return app.request(
    path,
    { method, headers: { ...type, ...headers }, ...(body === undefined ? {} : { body }) },
    env,
  )
}

/** As a customer, by bearer token. */
export async function asCustomer(env: ApiBindings, customer: CustomerId = customerOfNumber(1)) {
  const token = await issueToken(customer, env.SESSION_SECRET ?? '', Date.now())
  return bearer(env, token)
}

export const asOperator = (env: ApiBindings) => bearer(env, env.OPERATOR_TOKEN ?? '')

function bearer(env: ApiBindings, token: string) {
  return (route: string, sent: Sent = {}): Promise<Response> =>
    request(env, route, { ...sent, headers: { Authorization: `Bearer ${token}`, ...sent.headers } })
}

export const problemOf = async (response: Response): Promise<Problem> =>
  problemSchema.parse(await response.json())

export const sessionOf = async (response: Response): Promise<Session> => response.json()
