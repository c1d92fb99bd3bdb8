/** Development only. A file of its own: where nothing calls it, the bundler drops it. */
import type { After } from './clock.ts'

/** Kills the object after the answer under way, or nobody would hear that. */
export function crashSoon(ctx: Pick<DurableObjectState, 'abort'>, after: After): void {
  after(0, () => ctx.abort('killed on purpose'))
}
