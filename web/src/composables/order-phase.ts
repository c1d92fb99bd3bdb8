/** Where an order stands, in the few words that choose the page's headline. Pure. */
import { unreachable } from '../../../durable-objects/core/unreachable.ts'
import type { OrderStatus, OrderView } from '../../../worker/api/contract.ts'
import type { ShownOrder } from '../stores/shop-state/view.ts'
import { areGivenBack } from './order-holds.ts'

export type Phase =
  | 'sending'
  | 'unconfirmed'
  | 'refused'
  | 'unanswered'
  | 'pending'
  | 'confirmedFinishing'
  | 'confirmed'
  | 'failing'
  | 'failed'
  | 'cancelRequested'
  | 'cancelling'
  | 'cancelled'
  | 'returning'
  | 'returned'

const PHASES: Record<OrderStatus, { moving: Phase; settled: Phase }> = {
  pending: { moving: 'pending', settled: 'pending' },
  confirmed: { moving: 'confirmedFinishing', settled: 'confirmed' },
  failed: { moving: 'failing', settled: 'failed' },
  cancelled: { moving: 'cancelling', settled: 'cancelled' },
  returned: { moving: 'returning', settled: 'returned' },
}

/** A list says nothing of steps. */
type ServerSays = Pick<OrderView, 'status' | 'settled'> & Partial<Pick<OrderView, 'steps'>>

/** An order stays confirmed until all of its return is done. */
export function phaseOfServer({ status, settled, steps = [] }: ServerSays): Phase {
  if (status === 'confirmed' && !settled && areGivenBack(steps)) return 'returning'
  return PHASES[status][settled ? 'settled' : 'moving']
}

/** An accepted one whose snapshot another tab has looks like any pending order. */
const STAGES = { waiting: 'sending', unconfirmed: 'unconfirmed', accepted: 'pending' } as const

export function phaseOf(shown: ShownOrder): Phase {
  switch (shown.source) {
    case 'ended':
      return shown.ended.why
    case 'page':
      return STAGES[shown.stage]
    case 'server':
      return shown.pending.includes('cancel') ? 'cancelRequested' : phaseOfServer(shown.order)
    default:
      return unreachable(shown)
  }
}

/** Steps are being done, as far as the page knows, and nothing is being given back. */
export const isGoingForward = (phase: Phase): boolean =>
  phase === 'sending' || phase === 'pending' || phase === 'confirmedFinishing'

/** The server has more to tell of it. */
export const isMoving = (phase: Phase): boolean => MOVING.includes(phase)

const MOVING: readonly Phase[] = [
  ...Object.values(PHASES).map(({ moving }) => moving),
  'cancelRequested',
]

export type Tone = 'progress' | 'good' | 'bad' | 'quiet'

/** The word on the badge is under `order.status.…`. */
type Badge = { tone: Tone; word: OrderStatus | 'unconfirmed' | 'refused' | 'unanswered' }

const BADGES: Record<Phase, Badge> = {
  sending: { tone: 'progress', word: 'pending' },
  unconfirmed: { tone: 'progress', word: 'unconfirmed' },
  refused: { tone: 'bad', word: 'refused' },
  unanswered: { tone: 'bad', word: 'unanswered' },
  pending: { tone: 'progress', word: 'pending' },
  confirmedFinishing: { tone: 'good', word: 'confirmed' },
  confirmed: { tone: 'good', word: 'confirmed' },
  failing: { tone: 'bad', word: 'failed' },
  failed: { tone: 'bad', word: 'failed' },
  cancelRequested: { tone: 'progress', word: 'pending' },
  cancelling: { tone: 'quiet', word: 'cancelled' },
  cancelled: { tone: 'quiet', word: 'cancelled' },
  returning: { tone: 'quiet', word: 'confirmed' },
  returned: { tone: 'quiet', word: 'returned' },
}

export const badgeOf = (phase: Phase): Badge => BADGES[phase]
