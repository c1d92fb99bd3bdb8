/** The colours that states have, everywhere on the console. */
import type { Tone } from '../../composables/order-phase.ts'
import type { StepStatusName } from './history.ts'

const SAGAS: Record<string, Tone> = {
  running: 'progress',
  compensating: 'progress',
  parked: 'bad',
  completed: 'good',
  compensated: 'quiet',
}
/** A status that was added since has no colour of its own. */
export const toneOfSaga = (status: string): Tone => SAGAS[status] ?? 'quiet'

const BREAKERS: Record<string, Tone> = { closed: 'good', 'half-open': 'progress', open: 'bad' }
export const toneOfBreaker = (state: string): Tone => BREAKERS[state] ?? 'quiet'

const ENDPOINTS: Record<string, Tone> = { active: 'good', paused: 'quiet', gone: 'bad' }
export const toneOfEndpoint = (status: string): Tone => ENDPOINTS[status] ?? 'quiet'

const DELIVERIES: Record<string, Tone> = { pending: 'progress', delivered: 'good', dead: 'bad' }
export const toneOfDelivery = (status: string): Tone => DELIVERIES[status] ?? 'quiet'

/** As background. Two that look alike are told apart by their pattern or by what is written beside. */
export const STEP_COLOURS: Record<StepStatusName, string> = {
  waiting: 'bg-elevated',
  started: 'bg-ochre-300 dark:bg-ochre-600',
  succeeded: 'bg-pine-500 dark:bg-pine-400',
  rejected: 'bg-brick-500 dark:bg-brick-400',
  compensating: 'striped bg-ochre-400 dark:bg-ochre-500',
  compensated: 'bg-stone-400 dark:bg-stone-500',
  parked: 'striped bg-brick-400 dark:bg-brick-500',
  skipped: 'striped bg-stone-400 dark:bg-stone-500',
}
