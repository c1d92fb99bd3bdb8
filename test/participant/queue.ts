/** Sends commands to a domain's queue handler, and says what became of each message. */
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { vi } from 'vitest'
import { z } from 'zod'
import { type Command, type Reply, replySchema } from '../../durable-objects/core/messages.ts'

/** What became of one message. */
export type Fate = {
  /** The replies to its attempt, in short: `done`, or `rejected: out-of-stock`. */
  replies: string[]
  acked: boolean
  /** undefined: not retried. */
  retriedAfterS: number | undefined
}

export type QueueHandler = (batch: MessageBatch) => Promise<void>

/** Delivers messages as one batch; `deliveries`: for the how manieth time. */
export async function deliver(
  handler: QueueHandler,
  bodies: readonly unknown[],
  deliveries = 1,
  sentAtMs = Date.now(),
): Promise<Fate[]> {
  const timestamp = new Date(sentAtMs)
  const messages = bodies.map((body, index) => ({
    id: String(index),
    timestamp,
    attempts: deliveries,
    body,
  }))
  const batch = createMessageBatch('commands', messages)
  // The test pool keeps which messages were retried, but not with what delay.
  const retries = batch.messages.map((message) => vi.spyOn(message, 'retry'))
  await handler(batch)
  const { explicitAcks } = await getQueueResult(batch, createExecutionContext())
  const replies = await repliesTo(bodies)
  return bodies.map((_body, index) => ({
    replies: replies[index] ?? [],
    acked: explicitAcks.includes(String(index)),
    retriedAfterS: retries[index]?.mock.calls[0]?.[0]?.delaySeconds,
  }))
}

/** The same, for batches whose messages all get one reply: those, in order. */
export async function outcomes(
  handler: QueueHandler,
  commands: readonly Command[],
): Promise<string[]> {
  const fates = await deliver(handler, commands)
  return fates.map(({ replies }) => replies.join(' and '))
}

const sentSchema = z.object({ orderId: z.string(), attempt: z.number() })

async function repliesTo(bodies: readonly unknown[]): Promise<string[][]> {
  const sent = bodies.map((body) => sentSchema.safeParse(body).data)
  const orderIds = new Set(sent.flatMap((it) => it?.orderId ?? []))
  const heard = new Map(
    await Promise.all(
      [...orderIds].map(async (orderId) => [orderId, await repliesHeardBy(orderId)] as const),
    ),
  )
  return sent.map((it) =>
    (it === undefined ? [] : (heard.get(it.orderId) ?? []))
      .filter(({ attempt }) => attempt === it?.attempt)
      .map(inShort),
  )
}

export async function repliesHeardBy(orderId: string): Promise<Reply[]> {
  const json = await env.ORDER_RECORDERS.getByName(orderId).repliesAsJson()
  return z.array(replySchema).parse(JSON.parse(json))
}

const inShort = ({ outcome, code }: Reply): string =>
  code === undefined ? outcome : `${outcome}: ${code}`
