/**
 * The Durable Object of a saga's rollout: its name is the saga's. It knows which versions new orders begin
 * on, and moves the candidate's share.
 *
 * RO8. It looks whenever orders come to rest, so what breaks is taken back at once, and when a step's time is
 *      over. Both may happen twice: what is not due is left alone.
 * RO9. Orders that began before the rollout did are not judged: they may have waited for days.
 * RO12. Who decided on what has been decided otherwise since changes nothing. A share that grows on its own is
 *       no other decision: nobody is kept from taking it back by a step that it takes meanwhile.
 */
import { DurableObject } from 'cloudflare:workers'
import * as z from 'zod'
import {
  CANARY_SETTINGS,
  type CanarySettings,
  type Verdict,
  figuresOf,
  judge,
  ordersLookedAt,
  someCanarySettingsSchema,
} from './core/canary.ts'
import type { Operator } from './core/events.ts'
import { isAsSeen } from './core/if-match.ts'
import {
  type Rollout,
  type Split,
  isUnderWay,
  nextOf,
  rolloutSchema,
  splitSchema,
  takenBack,
} from './core/rollout.ts'
import { logInfo, logWarning } from './log.ts'
import { RolloutFigures } from './rollout-figures.ts'
import {
  type Rest,
  type RolloutChange,
  type RolloutInspection,
  type RolloutRpc,
  restSchema,
  rolloutChangeSchema,
} from './rollout-rpc.ts'
import { ORDER_CREATE } from './sagas/registry.ts'

export type SagaRolloutBindings = {
  /** Settings that differ from the defaults. */
  ROLLOUT?: unknown
}

const KEY = 'rollout'
const CHANGES_MAX = 100
const REASON_CHARS_MAX = 500
const CANARY = 'canary'

const savedSchema = z.object({
  rollout: rolloutSchema,
  /** When an operator last set it. */
  beganAtMs: z.int(),
  // One that this version does not know must not cost the rollout that is under way.
  settings: someCanarySettingsSchema.strip(),
  changes: z.array(splitSchema.extend({ by: z.string(), reason: z.string(), atMs: z.int() })),
})
type Saved = z.infer<typeof savedSchema>

const NEW: Saved = {
  rollout: {
    stable: ORDER_CREATE.ref.version,
    candidate: null,
    percent: 0,
    isAutomatic: false,
    stepEndsAtMs: 0,
  },
  beganAtMs: 0,
  settings: {},
  changes: [],
}

export class SagaRollout extends DurableObject<SagaRolloutBindings> implements RolloutRpc {
  readonly #figures: RolloutFigures
  readonly #configured: CanarySettings
  #saved: Saved

  constructor(ctx: DurableObjectState, env: SagaRolloutBindings) {
    super(ctx, env)
    this.#figures = new RolloutFigures(ctx.storage.sql)
    this.#configured = { ...CANARY_SETTINGS, ...someCanarySettingsSchema.parse(env.ROLLOUT ?? {}) }
    this.#saved = savedSchema.safeParse(ctx.storage.kv.get(KEY)).data ?? NEW
  }

  async split(): Promise<Split> {
    const { stable, candidate, percent } = this.#saved.rollout
    return { stable, candidate, percent }
  }

  async observe(rests: Rest[]): Promise<void> {
    const { rollout, beganAtMs } = this.#saved
    if (!isUnderWay(rollout)) return
    const versions = [rollout.stable, rollout.candidate]
    this.#figures.add(
      z
        .array(restSchema)
        .parse(rests)
        .filter((rest) => versions.includes(rest.version) && rest.startedAtMs >= beganAtMs),
      ordersLookedAt(rollout.percent, this.#settings),
    )
    this.#lookAt()
  }

  async couldNotBegin(version: number, why: string): Promise<void> {
    const { rollout } = this.#saved
    if (version !== rollout.candidate || !isUnderWay(rollout)) return
    const reason = `an order could not begin on version ${version}: ${why}`.slice(
      0,
      REASON_CHARS_MAX,
    )
    this.#set(takenBack(rollout), { by: CANARY, reason })
  }

  async inspect(): Promise<RolloutInspection> {
    const { rollout, changes } = this.#saved
    const { stable, candidate } = this.#ended
    const verdict = isUnderWay(rollout) ? wordsOf(this.#verdict) : null
    return {
      ...rollout,
      figures: { stable: figuresOf(stable), candidate: figuresOf(candidate) },
      verdict,
      settings: this.#settings,
      changes: changes.toReversed(),
      etag: this.#etag,
    }
  }

  async change(change: RolloutChange): Promise<RolloutInspection | null> {
    const { settings = {}, by, reason, ifMatch, ...wanted } = rolloutChangeSchema.parse(change)
    if (!isAsSeen(ifMatch, this.#etag)) return null
    const nowMs = Date.now()
    this.#saved = { ...this.#saved, settings, beganAtMs: nowMs }
    const { stepMs, percents } = this.#settings
    const [first = 1] = percents
    const percent = wanted.isAutomatic && wanted.percent === 0 ? first : wanted.percent
    this.#set({ ...wanted, percent, stepEndsAtMs: nowMs + stepMs }, { by, reason })
    return this.inspect()
  }

  /** RO8. */
  override async alarm(): Promise<void> {
    this.#lookAt()
    const { isAutomatic, stepEndsAtMs } = this.#saved.rollout
    // It came early.
    if (isAutomatic && Date.now() < stepEndsAtMs) await this.ctx.storage.setAlarm(stepEndsAtMs)
  }

  #lookAt(): void {
    const verdict = this.#verdict
    const next = nextOf(this.#saved.rollout, verdict, this.#settings, Date.now())
    if (next) this.#set(next, { by: CANARY, reason: wordsOf(verdict) })
  }

  #set(rollout: Rollout, { by, reason }: Operator): void {
    const { rollout: before, changes } = this.#saved
    const { stable, candidate, percent, isAutomatic, stepEndsAtMs } = rollout
    const change = { stable, candidate, percent, by, reason, atMs: Date.now() }
    this.#figures.countAnew()
    this.#saved = { ...this.#saved, rollout, changes: [...changes, change].slice(-CHANGES_MAX) }
    this.ctx.storage.kv.put(KEY, this.#saved)
    if (isAutomatic) this.ctx.waitUntil(this.ctx.storage.setAlarm(stepEndsAtMs))
    const log =
      by === CANARY && percent < before.percent && candidate !== null ? logWarning : logInfo
    log('rollout-changed', { saga: this.ctx.id.name, from: before.percent, ...change })
  }

  /** RO12. */
  get #etag(): string {
    const { rollout, beganAtMs } = this.#saved
    const { stable, candidate, percent, isAutomatic } = rollout
    return `"${[beganAtMs, stable, candidate ?? 0, isAutomatic ? 'auto' : percent].join('-')}"`
  }

  get #verdict(): Verdict {
    const { stable, candidate } = this.#ended
    return judge(stable, candidate, this.#settings)
  }

  get #ended() {
    const { stable, candidate } = this.#saved.rollout
    return {
      stable: this.#figures.of(stable),
      candidate: candidate === null ? [] : this.#figures.of(candidate),
    }
  }

  get #settings(): CanarySettings {
    return { ...this.#configured, ...this.#saved.settings }
  }
}

const wordsOf = (verdict: Verdict): string =>
  verdict.kind === 'holds' ? 'the figures hold' : verdict.why
