/** Requests over connections that stay open, with as little in between as Node allows. */
import { Agent, request } from 'node:http'

const TIMEOUT_MS = 60_000

export type Call = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  headers?: Record<string, string>
  body?: string
  /** What is sent next, once this is answered; its answer is the call's. */
  next?: (answer: Answer) => Call
}

/** `status` 0: no answer; `body` says why. */
export type Answer = { status: number; body: string }

export type Client = { send: (call: Call) => Promise<Answer>; close: () => void }

export function openClient(url: URL, connections: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return {
    send: (call) => send(agent, url, call),
    close: () => agent.destroy(),
  }
}

function send(agent: Agent, url: URL, { method, path, headers, body }: Call): Promise<Answer> {
  return new Promise((resolve) => {
    const fail = (error: Error): void => resolve({ status: 0, body: error.message })
    const { hostname: host, port } = url
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
    const options = { agent, host, port, method, path, headers: { ...headers, ...length } }
    const sent = request({ ...options, timeout: TIMEOUT_MS }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', fail)
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      )
    })
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)))
    sent.on('error', fail)
    sent.end(body)
  })
}
