/** The order object's side: keeps what the domains say, or refuses to listen; keeps its holds. */
import { DurableObject } from 'cloudflare:workers'
import type { LeaseAnswer, Reply } from '../../durable-objects/core/messages.ts'

export class OrderRecorder extends DurableObject {
  #replies: Reply[] = []
  #deafFor = 0

  async reply(reply: Reply): Promise<void> {
    if (this.#deafFor > 0) {
      this.#deafFor -= 1
      throw new Error('the order object does not answer')
    }
    this.#replies.push(reply)
  }

  async askAboutLease(): Promise<LeaseAnswer> {
    return { kind: 'keep' }
  }

  /** The next `count` replies fail. */
  async beDeaf(count: number): Promise<void> {
    this.#deafFor = count
  }

  /** As text, because the type of a reply is too deep for the types of RPC. */
  async repliesAsJson(): Promise<string> {
    return JSON.stringify(this.#replies)
  }
}

export default {
  fetch: () => new Response(null, { status: 404 }),
} satisfies ExportedHandler
