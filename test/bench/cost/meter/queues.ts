/**
 * Messages as queues bill them: each 64 KB, or part of it, of a message's body and what is sent with it
 * (https://developers.cloudflare.com/queues/pricing/).
 */
import type { Tally } from '../counts.ts'

const UNIT_BYTES = 64_000
const METADATA_BYTES = 100

export function meterQueue(queue: object, binding: string, tally: Tally): void {
  if (!isQueue(queue)) throw new Error(`${binding} is no queue`)
  const send = queue.send.bind(queue)
  const sendBatch = queue.sendBatch.bind(queue)
  queue.send = (body, options) => {
    tally.add(`${binding}: messages sent`, unitsOf(body))
    return send(body, options)
  }
  queue.sendBatch = (messages, options) => {
    const all = [...messages]
    for (const { body } of all) tally.add(`${binding}: messages sent`, unitsOf(body))
    return sendBatch(all, options)
  }
}

/** Each time that a message is delivered, it is read once more. */
export function countDelivery({ queue, messages }: MessageBatch, tally: Tally): void {
  tally.add('queue batches')
  for (const { body } of messages) tally.add(`${queue}: messages delivered`, unitsOf(body))
}

const isQueue = (it: object): it is Queue => 'send' in it && 'sendBatch' in it

const unitsOf = (body: unknown): number => Math.ceil((METADATA_BYTES + bytesOf(body)) / UNIT_BYTES)

const bytesOf = (body: unknown): number => new TextEncoder().encode(JSON.stringify(body)).byteLength
