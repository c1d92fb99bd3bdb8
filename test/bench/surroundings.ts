/** What a bench needs of whoever runs it. */
import type { OnStop } from './stand.ts'

export type Surroundings = {
  /** One line for each thing that was measured, as soon as it was. */
  tell: (line: string) => void
  signal: AbortSignal
  onStop: OnStop
}
