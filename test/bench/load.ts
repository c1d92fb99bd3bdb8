/** A closed loop: each client sends its next request when it has the answer to the last. */
import { type Answer, type Call, type Client, openClient } from './http.ts'

export type Load = {
  url: URL
  clients: number
  /** It ends when this time is over, or all are sent. */
  seconds: number
  calls: readonly Call[]
  /** Ctrl-C. */
  signal: AbortSignal
}

export type Sample = { index: number; tookMs: number; answer: Answer }

/** What was answered, judged by nobody yet: that would take time from the load. */
export async function closedLoop(load: Load): Promise<Sample[]> {
  const { url, clients, seconds, calls, signal } = load
  const client = openClient(url, clients)
  const samples: Sample[] = []
  const endMs = performance.now() + seconds * 1000
  const queue = calls.entries()
  const loop = async (): Promise<void> => {
    for (const [index, call] of queue) {
      const beganMs = performance.now()
      const answer = await sendAll(client, call)
      const nowMs = performance.now()
      samples.push({ index, tookMs: nowMs - beganMs, answer })
      // The first request is always sent; the iterator is shared, so every client sees its end.
      if (nowMs >= endMs || signal.aborted || answer.status === 0) return
    }
  }
  await Promise.all(Array.from({ length: clients }, loop))
  client.close()
  return samples
}

async function sendAll(client: Client, call: Call): Promise<Answer> {
  const answer = await client.send(call)
  return call.next && answer.status !== 0 ? sendAll(client, call.next(answer)) : answer
}
