/** Breakers as the Durable Objects have them, in memory. */
import type { BreakerRpc } from '../../durable-objects/breaker-rpc.ts'
import { DomainBreakerState } from '../../durable-objects/breaker-state.ts'
import { BREAKER_SETTINGS, type BreakerSettings } from '../../durable-objects/core/breaker.ts'

export class BreakersInMemory {
  /** What is stored, by domain. */
  readonly stored = new Map<string, unknown>()
  readonly settings: BreakerSettings
  /** How many commands wait in a domain's queue. */
  readonly backlog = new Map<string, number>()
  writes = 0
  isDown = false
  readonly #states = new Map<string, DomainBreakerState>()

  constructor(settings: Partial<BreakerSettings> = {}) {
    this.settings = { ...BREAKER_SETTINGS, ...settings }
  }

  getByName(domain: string): BreakerRpc {
    return {
      exchange: async (outcomes, traffic) =>
        this.of(domain).exchange(outcomes, traffic, this.backlog.get(domain)),
      inspect: async () => this.of(domain).inspect(),
      change: async (change) => {
        const isChanged = this.of(domain).change(change)
        return isChanged ? this.of(domain).inspect() : null
      },
    }
  }

  of(domain: string): DomainBreakerState {
    if (this.isDown) throw new Error('the breaker is down')
    const storage = {
      read: () => this.stored.get(domain),
      write: (saved: unknown) => {
        this.writes += 1
        this.stored.set(domain, structuredClone(saved))
      },
    }
    const state = this.#states.get(domain) ?? new DomainBreakerState(domain, storage, this.settings)
    this.#states.set(domain, state)
    return state
  }

  /** The objects leave memory; what they stored stays. */
  evict(): void {
    this.#states.clear()
  }

  async fail(domain: string, times: number): Promise<void> {
    await this.of(domain).exchange({ requests: times, hasSucceeded: false, failedInARow: times })
  }

  async succeed(domain: string, times = 1): Promise<void> {
    await this.of(domain).exchange({ requests: times, hasSucceeded: true, failedInARow: 0 })
  }
}
