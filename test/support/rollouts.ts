/** A rollout that is as a test says, and keeps what it is told. */
import { CANARY_SETTINGS, figuresOf } from '../../durable-objects/core/canary.ts'
import { isAsSeen } from '../../durable-objects/core/if-match.ts'
import type { Split } from '../../durable-objects/core/rollout.ts'
import type {
  Rest,
  RolloutChange,
  RolloutInspection,
  RolloutRpc,
} from '../../durable-objects/rollout-rpc.ts'

const NO_ROLLOUT: Split = { stable: 1, candidate: null, percent: 0 }

export class RolloutDouble implements RolloutRpc {
  readonly observed: Rest[] = []
  readonly failures: { version: number; why: string }[] = []
  readonly changes: RolloutChange[] = []
  isDown = false
  asked = 0
  now: Split

  constructor(now: Split = NO_ROLLOUT) {
    this.now = now
  }

  getByName(): RolloutRpc {
    return this
  }

  async split(): Promise<Split> {
    this.asked += 1
    this.#assertUp()
    return this.now
  }

  async observe(rests: Rest[]): Promise<void> {
    this.#assertUp()
    this.observed.push(...rests)
  }

  async couldNotBegin(version: number, why: string): Promise<void> {
    this.#assertUp()
    this.failures.push({ version, why })
  }

  async change(change: RolloutChange): Promise<RolloutInspection | null> {
    if (!isAsSeen(change.ifMatch, this.#etag)) return null
    this.changes.push(change)
    const { stable, candidate, percent } = change
    this.now = { stable, candidate, percent }
    return this.inspect()
  }

  async inspect(): Promise<RolloutInspection> {
    this.#assertUp()
    return {
      ...this.now,
      isAutomatic: false,
      stepEndsAtMs: 0,
      figures: { stable: figuresOf([]), candidate: figuresOf([]) },
      verdict: null,
      settings: CANARY_SETTINGS,
      changes: this.changes.toReversed().map(({ stable, candidate, percent, by, reason }) => {
        return { stable, candidate, percent, by, reason, atMs: 0 }
      }),
      etag: this.#etag,
    }
  }

  get #etag(): string {
    return `"${this.changes.length}"`
  }

  #assertUp(): void {
    if (this.isDown) throw new Error('the rollout is down')
  }
}
