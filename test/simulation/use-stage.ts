/** For tests that run the simulation themselves: its databases, made once, and nobody who reads the log. */
import { beforeAll, beforeEach, vi } from 'vitest'
import { Stage } from './stage.ts'

export function useStage(): () => Stage {
  let stage: Stage
  beforeAll(() => {
    stage = new Stage()
  })
  beforeEach(() => {
    // As deployed: without the faults that developers inject.
    vi.stubEnv('NODE_ENV', 'production')
    for (const level of ['log', 'warn', 'error'] as const)
      vi.spyOn(console, level).mockReturnValue()
  })
  return () => stage
}
