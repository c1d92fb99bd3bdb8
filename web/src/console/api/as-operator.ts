/** One way to ask the operators' part of the API: with the token, which is forgotten when it is refused. */
import { ApiProblem, type Ask, ask } from '../../api/client.ts'
import { useOperator } from '../stores/operator.ts'

/** With whatever changes something. */
export type Signed = { by: string; reason: string }

export async function askAsOperator<Body>(path: string, options: Ask = {}): Promise<Body> {
  const operator = useOperator()
  const { token } = operator
  try {
    const headers = { ...options.headers, Authorization: `Bearer ${token ?? ''}` }
    return (await ask<Body>(`/api/ops/${path}`, { ...options, headers })).body
  } catch (thrown) {
    if (thrown instanceof ApiProblem && thrown.code === 'operator-required') operator.refuse(token)
    throw thrown
  }
}

export const post = <Body>(path: string, body?: unknown, timeoutMs?: number): Promise<Body> =>
  askAsOperator<Body>(path, {
    method: 'POST',
    ...(body !== undefined && { body }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  })

/** Nothing that was not seen is overwritten: `etag` is of what was. */
export const putAsSeen = <Body>(path: string, body: unknown, etag: string): Promise<Body> =>
  askAsOperator<Body>(path, { method: 'PUT', body, headers: { 'If-Match': etag } })

export function withQuery(
  path: string,
  query: Record<string, string | number | undefined>,
): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  )
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`
}
